# Reads rows {term, on one line, at 80 columns, at 40} that beamsh wrote and prints each that Elixir inspects differently,
# then the number of rows.
defmodule Check do
  def loop(<<>>, count), do: IO.puts("#{count} rows")

  def loop(<<size::32, row::binary-size(size), rest::binary>>, count) do
    {term, line, at80, at40} = :erlang.binary_to_term(row)
    check("80", at80, inspect(term, pretty: true, width: 80, limit: :infinity))
    check("40", at40, inspect(term, pretty: true, width: 40, limit: :infinity))
    check("line", line, inspect(term, limit: :infinity, width: :infinity))
    loop(rest, count + 1)
  end

  defp check(_, same, same), do: :ok
  defp check(what, ours, theirs), do: IO.puts("#{what}\nours:\n#{ours}\nElixir:\n#{theirs}")
end

[file] = System.argv()
Check.loop(File.read!(file), 0)
