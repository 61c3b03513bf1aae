# Reads rows {term, on one line} that beamsh wrote and prints each that Elixir inspects differently,
# then the number of rows.
defmodule Check do
  def loop(<<>>, count), do: IO.puts("#{count} rows")

  def loop(<<size::32, row::binary-size(size), rest::binary>>, count) do
    {term, line} = :erlang.binary_to_term(row)
    check("line", line, inspect(term, limit: :infinity, width: :infinity))
    loop(rest, count + 1)
  end

  defp check(_, same, same), do: :ok
  defp check(what, ours, theirs), do: IO.puts("#{what}\nours:\n#{ours}\nElixir:\n#{theirs}")
end

[file] = System.argv()
Check.loop(File.read!(file), 0)
