# Evaluates each line of a file as iex does and prints what it gives on one line.
[file] = System.argv()

for line <- String.split(File.read!(file), "\n", trim: true) do
  text =
    try do
      {value, _} = Code.eval_string(line)
      inspect(value, limit: :infinity, width: :infinity)
    rescue
      error in [SyntaxError, TokenMissingError] -> "syntax error" <> String.slice(inspect(error), 0, 0)
      error -> "error " <> inspect(error.__struct__)
    end

  IO.puts(text)
end
