internal import Terms

/// What `use` of Elixir's own behaviours brings into a module, as source: the functions that stand unless the module
/// defines them. `use_options` is what was given to `use`.
///
/// Source: the documentation of `use GenServer`, `use Supervisor` and so on.
enum ElixirBehaviours {
    static func behaviours(_ module: Atom) -> [Atom] {
        switch module.name {
        case "Elixir.GenServer", "Elixir.Supervisor", "Elixir.DynamicSupervisor", "Elixir.Application": [module]
        default: []
        }
    }

    /// Nothing for a module that is no behaviour of Elixir.
    static func functions(_ module: Atom) -> String? {
        switch module.name {
        case "Elixir.GenServer": childSpec() + server
        case "Elixir.Supervisor": childSpec(", type: :supervisor")
        case "Elixir.DynamicSupervisor": childSpec(", type: :supervisor")
        case "Elixir.Agent": childSpec()
        case "Elixir.Task": childSpec(", restart: :temporary")
        case "Elixir.Application": application
        default: nil
        }
    }

    private static func childSpec(_ more: String = "") -> String {
        """
        def child_spec(argument) do
          Supervisor.child_spec(%{id: __MODULE__, start: {__MODULE__, :start_link, [argument]}\(more)}, use_options)
        end

        """
    }

    private static let server = """
        def init(argument), do: {:ok, argument}
        def handle_call(message, _from, _state) do
          name = case Process.info(self(), :registered_name) do
            {_, []} -> self()
            {_, name} -> name
          end
          raise "attempted to call GenServer #{inspect(name)} but no handle_call/3 clause was provided"
        end
        def handle_cast(_message, _state) do
          name = case Process.info(self(), :registered_name) do
            {_, []} -> self()
            {_, name} -> name
          end
          raise "attempted to cast GenServer #{inspect(name)} but no handle_cast/2 clause was provided"
        end
        def handle_info(message, state) do
          name = case Process.info(self(), :registered_name) do
            {_, []} -> self()
            {_, name} -> name
          end
          :logger.error(~c"~p ~p received unexpected message in handle_info/2: ~p~n", [__MODULE__, name, message])
          {:noreply, state}
        end
        def terminate(_reason, _state), do: :ok
        def code_change(_old, state, _extra), do: {:ok, state}
        """

    private static let application = """
        def stop(_state), do: :ok
        """

    /// The functions of an exception.
    static func exception(hasMessage: Bool) -> String {
        let message = """
            def message(exception), do: exception.message
            def exception(message) when is_binary(message), do: Kernel.struct!(__struct__(), message: message)

            """
        let fields = """
            def exception(fields) when is_list(fields), do: Kernel.struct!(__struct__(), fields)
            """
        return hasMessage ? message + fields : fields
    }
}
