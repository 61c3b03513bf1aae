# Evaluates each line of a table twice: with Elixir's own modules, and with ours (Erlang source) in their place.
# Prints two columns a line: what Elixir gives, and what ours gives or `-` if the line calls none of ours.
#
# Ours are compiled under other names, `Elixir.Enum` as `Elixir.BsEnum`; calls to what they do not export stay with
# Elixir.
[table, folder] = System.argv()
Code.compiler_options(ignore_module_conflict: true)

modules =
  for file <- Path.wildcard(Path.join(folder, "Elixir.*.erl")) do
    {:ok, forms} = :epp.parse_file(String.to_charlist(file), [])
    [module] = for {:attribute, _, :module, name} <- forms, do: name
    exports = for {:attribute, _, :export, names} <- forms, {name, _} <- names, do: name
    {module, MapSet.new(exports), forms}
  end

ours = for {module, names, _} <- modules, name <- names, into: MapSet.new(), do: {module, name}
renamed = fn "Elixir." <> name -> String.to_atom("Elixir.Bs" <> name) end

defmodule Rename do
  def forms({:remote, line, {:atom, at, module}, {:atom, _, name} = function}, ours, renamed) do
    if {module, name} in ours,
      do: {:remote, line, {:atom, at, renamed.(Atom.to_string(module))}, function},
      else: {:remote, line, {:atom, at, module}, function}
  end

  def forms({:function, {:atom, at, module}, {:atom, _, name} = function, arity}, ours, renamed) do
    if {module, name} in ours,
      do: {:function, {:atom, at, renamed.(Atom.to_string(module))}, function, arity},
      else: {:function, {:atom, at, module}, function, arity}
  end

  def forms({:attribute, line, :module, module}, _, renamed),
    do: {:attribute, line, :module, renamed.(Atom.to_string(module))}

  def forms(tuple, ours, renamed) when is_tuple(tuple),
    do: tuple |> Tuple.to_list() |> Enum.map(&forms(&1, ours, renamed)) |> List.to_tuple()

  def forms(list, ours, renamed) when is_list(list), do: Enum.map(list, &forms(&1, ours, renamed))
  def forms(other, _, _), do: other
end

# What is native here under a name that bundled source has too, with another arity: Elixir answers for it.
natives = %{String => [{:attribute, 0, :export, [split: 1]}, {:function, 0, :split, 1, [
  {:clause, 0, [{:var, 0, :S}], [], [{:call, 0, {:remote, 0, {:atom, 0, String}, {:atom, 0, :split}}, [{:var, 0, :S}]}]}
]}]}

for {module, _, forms} <- modules do
  [file, name | rest] = Enum.reject(Rename.forms(forms, ours, renamed), &match?({:eof, _}, &1))
  [export | functions] = Map.get(natives, module, [{:attribute, 0, :export, []}])

  case :compile.forms([file, name, export | rest] ++ functions, [:return]) do
    {:ok, name, binary, _} -> {:module, _} = :code.load_binary(name, 'ours', binary)
    {:error, errors, _} -> IO.puts(:stderr, inspect(errors))
  end
end

evaluate = fn line ->
  task =
    Task.async(fn ->
      try do
        {value, _} = Code.eval_string(line)
        inspect(value, limit: :infinity, printable_limit: :infinity, width: :infinity)
      rescue
        error -> "** (#{inspect(error.__struct__)}) " <> inspect(Exception.message(error), printable_limit: :infinity)
      catch
        kind, reason -> "** (#{kind}) " <> inspect(reason)
      end
    end)

  case Task.yield(task, 5000) || Task.shutdown(task, :brutal_kill) do
    {:ok, text} -> text
    nil -> "** timeout"
    other -> "** ended: " <> inspect(other)
  end
end

call = ~r/(?<![\w.])((?:[A-Z]\w*\.)+)([a-z_]\w*[?!]?|[^\w\s("]+)(?=[(\/])/

for line <- File.stream!(table), line = String.trim_trailing(line, "\n"), line != "" do
  replaced =
    Regex.replace(call, line, fn all, module, name ->
      module = String.trim_trailing(module, ".")
      if {Module.concat([module]), String.to_atom(name)} in ours, do: "Bs" <> all, else: all
    end)

  theirs = evaluate.(line)
  own = if replaced == line, do: "-", else: String.replace(evaluate.(replaced), "Bs", "")
  IO.puts([theirs, "\t", own])
end
