# Evaluates each entry of a corpus as Elixir does, then the abstract format that we made of it, and says where they differ.
#
# The file holds, as one term: [{Index, [{Source, {ok, Expressions, Bound, [Forms]} | {error, Message}}]}], one tuple a step;
# Bound is [{Name, Variable}]. Output: a line "same" or "differs" an entry, with both results behind the latter.
defmodule :beamsh_elixir do
  def define(index, last) do
    forms = Enum.at(Process.get(:forms), index)
    {:ok, name, binary} = compile(forms)
    {:module, ^name} = :code.load_binary(name, 'nofile', binary)
    {:module, name, binary, last}
  end

  def compile(forms) do
    case :compile.forms(forms, [:return_errors, :debug_info, :nowarn_unused_vars]) do
      {:ok, name, binary} -> {:ok, name, binary}
      {:ok, name, binary, _} -> {:ok, name, binary}
      other -> raise "does not compile: #{inspect(other)}"
    end
  end
end

defmodule Compare do
  def main([path]) do
    Code.compiler_options(ignore_module_conflict: true)
    {:ok, trash} = StringIO.open("")
    Process.register(trash, :trash)
    for {index, steps} <- :erlang.binary_to_term(File.read!(path)) do
      theirs = isolated(fn -> theirs(steps) end)
      remove(steps)
      ours = isolated(fn -> ours(steps, &interpret/2) end)
      remove(steps)
      compiled = if length(steps) == 1, do: isolated(fn -> ours(steps, &compiled/2) end), else: ours
      remove(steps)

      cond do
        theirs != ours -> differs(index, theirs, ours)
        theirs != compiled -> differs(index, theirs, "compiled: " <> compiled)
        theirs == "invalid" -> IO.puts("same #{index} invalid")
        true -> IO.puts("same #{index}")
      end
    end
  end

  defp differs(index, theirs, ours) do
    IO.puts("differs #{index} #{Base.encode64(theirs)} #{Base.encode64(ours)}")
  end

  defp remove(steps) do
    for {_, {:ok, _, _, modules}} <- steps, forms <- modules, {:attribute, _, :module, name} <- forms do
      :code.purge(name)
      :code.delete(name)
      :code.purge(name)
    end
  end

  # What it prints and returns, in a process of its own.
  defp isolated(run) do
    {:ok, device} = StringIO.open("")
    me = self()
    {pid, monitor} =
      spawn_monitor(fn ->
        Process.group_leader(self(), device)
        if Process.whereis(:standard_error) != Process.whereis(:trash) do
          :ok
        end
        send(me, {:result, self(), run.()})
      end)

    result =
      receive do
        {:result, ^pid, result} -> result
        {:DOWN, ^monitor, _, _, reason} -> "down " <> inspect(reason)
      after
        5000 -> Process.exit(pid, :kill); "timeout"
      end

    Process.demonitor(monitor, [:flush])
    {_, output} = StringIO.contents(device)
    clean(output <> result)
  end

  defp clean(text) do
    text
    |> String.replace(~r/#PID<[0-9.]+>/, "#PID")
    |> String.replace(~r/#Reference<[0-9.]+>/, "#Reference")
    |> String.replace(~r/#Function<[^>]*>/, "#Function")
  end

  defp safely(run) do
    try do
      run.()
    rescue
      error in [SyntaxError, TokenMissingError, CompileError] ->
        # With WORDS set, how both word it is compared too.
        if System.get_env("WORDS") == "1", do: "invalid: " <> Exception.message(error), else: "invalid"
      error -> "error " <> inspect(Map.drop(error, [:stacktrace, :module, :function, :arity, :term, :args, :clauses, :kind, :reason, :message]) |> Map.delete(:__exception__)) <> " " <> message(error)
    catch
      kind, reason -> "#{kind} " <> inspect(reason)
    end
  end

  defp message(%{__struct__: module} = error)
       when module in [FunctionClauseError, UndefinedFunctionError, BadArityError, BadFunctionError],
       do: inspect(error.__struct__)

  defp message(error), do: Exception.message(error)

  defp theirs(steps) do
    safely(fn ->
      {_, _, values} =
        Enum.reduce(steps, {[], Code.env_for_eval(file: "nofile"), []}, fn {source, _}, {bindings, env, values} ->
          {value, bindings, env} =
            Code.eval_quoted_with_env(Code.string_to_quoted!(source, columns: true), bindings, env)

          {bindings, env, [value | values]}
        end)

      show(values)
    end)
  end

  defp show(values), do: values |> Enum.reverse() |> Enum.map_join("\n", &shown/1)

  defp shown({:module, name, binary, last}) when is_binary(binary), do: shown({:module, name, last})
  defp shown(value), do: inspect(value, limit: :infinity, printable_limit: :infinity, width: 200, custom_options: [sort_maps: true])

  defp ours(steps, evaluate) do
    safely(fn ->
      {_, values} =
        Enum.reduce(steps, {%{}, []}, fn
          {_, {:error, message}}, _ ->
            raise CompileError, description: message

          {_, {:ok, expressions, bound, modules}}, {bindings, values} ->
            Process.put(:forms, modules)
            {value, after_} = evaluate.(expressions, bindings)
            {Map.new(after_) |> Map.take(Enum.map(bound, &elem(&1, 1))), [value | values]}
        end)

      show(values)
    end)
  end

  defp interpret(expressions, bindings) do
    {:value, value, bindings} = :erl_eval.exprs(expressions, Map.to_list(bindings))
    {value, bindings}
  end

  defp compiled(expressions, _) do
    forms = [
      {:attribute, 1, :module, :beamsh_line},
      {:attribute, 1, :export, [run: 0]},
      {:function, 1, :run, 0, [{:clause, 1, [], [], expressions}]}
    ]

    {:ok, name, binary} = :beamsh_elixir.compile(forms)
    :code.purge(name)
    {:module, ^name} = :code.load_binary(name, 'nofile', binary)
    {:beamsh_line.run(), []}
  end
end

Compare.main(System.argv())
