# What real Elixir makes of the entries of a corpus. The file holds, as one term: [{Index, [Source]}], a source for each
# step. Prints a line for each entry: its index, and the base64 of what it printed and came to (as `Here.transcript` says it).
defmodule Corpus do
  def main([path]) do
    Code.compiler_options(ignore_module_conflict: true)
    {:ok, trash} = StringIO.open("")
    Process.unregister(:standard_error)
    Process.register(trash, :standard_error)

    for {index, steps} <- :erlang.binary_to_term(File.read!(path)) do
      IO.puts("\n=#{index} #{Base.encode64(isolated(fn -> run(steps) end))}")
    end
  end

  # What it prints and returns, in a process of its own.
  defp isolated(run) do
    {:ok, device} = StringIO.open("")
    me = self()

    {pid, monitor} =
      spawn_monitor(fn ->
        Process.group_leader(self(), device)
        send(me, {:result, self(), run.()})
      end)

    result =
      receive do
        {:result, ^pid, result} -> result
        {:DOWN, ^monitor, _, _, reason} -> "down " <> inspect(reason)
      after
        3000 ->
          Process.exit(pid, :kill)
          "timeout"
      end

    Process.demonitor(monitor, [:flush])
    {_, output} = StringIO.contents(device)
    output <> result
  end

  defp run(steps) do
    {_, _, values} =
      Enum.reduce(steps, {[], Code.env_for_eval(file: "nofile"), []}, fn source, {bindings, env, values} ->
        {value, bindings, env} =
          Code.eval_quoted_with_env(Code.string_to_quoted!(source, columns: true), bindings, env)

        {bindings, env, [value | values]}
      end)

    values |> Enum.reverse() |> Enum.map_join("\n", &shown/1)
  rescue
    error in [SyntaxError, TokenMissingError, CompileError] -> (_ = error; "invalid")
    error -> "** (#{inspect(error.__struct__)}) " <> Exception.message(error)
  catch
    kind, reason -> "** (#{kind}) " <> inspect(reason)
  end

  defp shown({:module, name, binary, last}) when is_binary(binary), do: shown({:module, name, last})
  defp shown(value), do: inspect(value, limit: :infinity, printable_limit: :infinity, width: :infinity)
end

Corpus.main(System.argv())
