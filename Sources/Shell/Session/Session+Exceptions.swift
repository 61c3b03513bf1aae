internal import Language
internal import Node
internal import Processes
internal import Terms

// Exceptions in the words of the shell whose language raised them.
extension Session {
    /// What an exception of a command says to people.
    func describe(_ exception: ErlangException) -> Failure {
        let reason = exception.reason
        if let detail = exception.detail { return Failure(Self.failureCode(of: reason), detail) }
        if let (module, function, arguments) = Self.undefinedFunction(exception) {
            let (missing, hint) = undefined(module, function, arguments)
            let name = "\(ErlangPrinter.quoted(module)):\(function.name)/\(arguments)"
            return Failure(.failed, "undefined function \(name)" + (missing.map { ": \($0)" } ?? ""), hint: hint)
        }
        let text = ErlangPrinter(width: nil, context: printContext).print(reason)
        return Failure(Self.failureCode(of: reason), "exception \(exception.kind): \(text)")
    }

    /// What an exception of an expression says, as `iex` or `erl` prints it: the stack only where it has code of ours.
    func describe(_ exception: ErlangException, _ syntax: Syntax) async -> Failure {
        var failure: Failure
        // What OTP has words for is said in them.
        if let detail = exception.detail, Self.errorInfo(exception) == nil {
            failure = Failure(Self.failureCode(of: exception.reason), detail)
        } else {
            let banner = syntax == .elixir ? await elixirBanner(exception) : await erlangBanner(exception)
            failure = Failure(Self.failureCode(of: exception.reason), banner)
            failure.isException = true
        }
        if let (module, function, arity) = Self.undefinedFunction(exception) {
            let (missing, hint) = undefined(module, function, arity)
            failure.hint = hint ?? missing
        }
        let frames = ownFrames(exception)
        if !frames.isEmpty {
            failure.message += frames.map { "\n" + (syntax == .elixir ? elixirFrame($0) : erlangFrame($0)) }.joined()
        }
        return failure
    }

    private static func failureCode(of reason: Term) -> ExitCode {
        guard let tuple = reason.asTuple, tuple.count == 2, tuple[0] == .atom(.erpc) else {
            return reason == .atom(.noconnection) ? .unreachable : .failed
        }
        return tuple[1] == .atom(.noconnection) ? .unreachable : tuple[1] == .atom(.timeout) ? .timeout : .failed
    }

    // MARK: Functions that are not there

    private static func undefinedFunction(_ exception: ErlangException) -> (Atom, Atom, Int)? {
        guard exception.reason == .atom(.undef), let call = exception.stack.properList?.first?.asTuple,
            call.count >= 3, let module = call[0].asAtom, let function = call[1].asAtom
        else { return nil }
        return (module, function, call[2].properList?.count ?? call[2].asInteger ?? 0)
    }

    /// Why a function is not there, and what may have been meant.
    private func undefined(_ module: Atom, _ function: Atom, _ arity: Int) -> (missing: String?, hint: String?) {
        // As the module is written where it is called.
        let isElixir = module.name.hasPrefix("Elixir.")
        let show = { (module: Atom) in
            module.name.hasPrefix("Elixir.") ? ElixirPrinter.atom(module) : ErlangPrinter.quoted(module)
        }
        let name = show(module)
        let mark = isElixir ? "." : ":"
        let others = node.functions.functions(of: module)
        if others.isEmpty {
            let near = Suggestion.nearest(module.name, among: node.functions.modules.map(\.name))
            return ("there is no module \(name) on this node", near.map { "did you mean \(show(Atom($0)))?" })
        }
        let arities = others.filter { $0.name == function }.map { "\(name)\(mark)\(function)/\($0.arity)" }
        let near = Suggestion.nearest(function.name, among: others.map(\.name.name))
        return (
            nil,
            arities.isEmpty
                ? near.map { "did you mean \(name)\(mark)\($0)?" } : "there is \(arities.joined(separator: ", "))"
        )
    }

    // MARK: Stack

    /// The entries of the stack in modules that were loaded here, innermost first.
    private func ownFrames(_ exception: ErlangException) -> [Tuple] {
        let server = NodeCode.of(node).server
        return (exception.stack.properList ?? []).compactMap { entry in
            guard let tuple = entry.asTuple, tuple.count >= 4, let module = tuple[0].asAtom,
                server.source(of: module) != nil
            else { return nil }
            return tuple
        }
    }

    private func place(_ frame: Tuple) -> (file: String, line: Int)? {
        var (file, line): (String?, Int?)
        for item in frame[3].properList ?? [] {
            guard let pair = item.asTuple, pair.count == 2 else { continue }
            if pair[0] == .atom("file") {
                file = pair[1].properList.map {
                    String(
                        $0.compactMap {
                            $0.asInteger.flatMap { UInt32(exactly: $0) }.flatMap(Unicode.Scalar.init).map {
                                Character($0)
                            }
                        })
                }
            }
            if pair[0] == .atom("line") { line = pair[1].asInteger }
        }
        guard let file, let line else { return nil }
        return (file, line)
    }

    private func elixirFrame(_ frame: Tuple) -> String {
        let function = frame[1].asAtom?.name ?? ""
        let module = frame[0].asAtom.map { ElixirPrinter.atom($0) } ?? ""
        let arity = frame[2].properList?.count ?? frame[2].asInteger ?? 0
        return "    " + (place(frame).map { "\($0.file):\($0.line): " } ?? "") + "\(module).\(function)/\(arity)"
    }

    private func erlangFrame(_ frame: Tuple) -> String {
        let function = frame[1].asAtom.map { ErlangPrinter.quoted($0) } ?? ""
        let module = frame[0].asAtom.map { ErlangPrinter.quoted($0) } ?? ""
        let arity = frame[2].properList?.count ?? frame[2].asInteger ?? 0
        let place = place(frame).map { " (\($0.file), line \($0.line))" } ?? ""
        return "     in function  \(module):\(function)/\(arity)\(place)"
    }

    // MARK: Elixir

    private func elixirBanner(_ exception: ErlangException) async -> String {
        let kind = Term.atom(Atom("\(exception.kind)"))
        let banner = try? await call(
            "Elixir.Exception", "format_banner", [kind, exception.reason, exception.stack])
        guard var text = banner?.asBinary?.text else {
            let printer = ElixirPrinter(width: nil, limit: nil, context: printContext)
            return "** (\(exception.kind)) \(printer.inspect(exception.reason))"
        }
        let top = exception.stack.properList?.first?.asTuple
        // Elixir tells the operands when it knows them.
        if exception.reason == .atom(.badarith), let top, top.count >= 3, top[0] == .atom(.erlang),
            let name = top[1].asAtom, let operands = top[2].properList
        {
            let printer = ElixirPrinter(width: nil, context: printContext)
            if operands.count == 2 {
                let shown = operands.map { printer.inspect($0) }
                // Elixir has functions in the place of these operators.
                let isWord = name.name.unicodeScalars.first?.properties.isAlphabetic ?? false
                text +=
                    ": " + (isWord ? "\(name.name)(\(shown[0]), \(shown[1]))" : "\(shown[0]) \(name.name) \(shown[1])")
            } else if operands.count == 1 {
                text += ": \(name.name)(\(printer.inspect(operands[0])))"
            }
        }
        // The function of the runtime that raised it, as the first line of the stack trace.
        if Self.errorInfo(exception) != nil || exception.reason == .atom(.undef), let top, top.count == 4,
            top[2].properList != nil,
            let line = try? await call("Elixir.Exception", "format_stacktrace_entry", [.tuple(Self.named(top))])
                .asBinary?.text
        {
            text += "\n    \(line)"
        }
        return text
    }

    /// The call as Elixir names it, which has a function in the place of the operator `!`.
    private static func named(_ top: Tuple) -> Tuple {
        guard top[0] == .atom(.erlang), top[1] == .atom("!") else { return top }
        return Tuple([top[0], .atom("send"), top[2], top[3]])
    }

    // MARK: Erlang

    private func erlangBanner(_ exception: ErlangException) async -> String {
        let text = { (term: Term) in ErlangPrinter(width: nil, context: self.printContext).print(term) }
        guard exception.kind == .error else { return "** exception \(exception.kind): \(text(exception.reason))" }
        let top = exception.stack.properList?.first?.asTuple
        let details = await errorDetails(exception)
        let reason = details.reason ?? erlangReason(exception.reason, top, text)
        return "** exception error: " + reason + called(exception.reason, top, text)
            + details.lines.map { "\n        " + $0 }.joined()
    }

    /// The `error_info` of the topmost call.
    private static func errorInfo(_ exception: ErlangException) -> Map? {
        guard exception.kind == .error, let top = exception.stack.properList?.first?.asTuple, top.count == 4 else {
            return nil
        }
        return ErrorInfo.of(top[3])
    }

    /// What the module that `error_info` names tells of the arguments: `*** argument 1: not an atom`.
    private func errorDetails(_ exception: ErlangException) async -> (reason: String?, lines: [String]) {
        guard let info = Self.errorInfo(exception),
            let top = exception.stack.properList?.first?.asTuple,
            let module = info[.atom("module")]?.asAtom ?? top[0].asAtom,
            let told = try? await call(
                module, info[.atom("function")]?.asAtom ?? "format_error", [exception.reason, exception.stack]
            ).asMap
        else { return (nil, []) }
        let text = { (name: Atom) in told[.atom(name)].flatMap(chardataToString) }
        var lines: [String] = []
        for position in 0..<(top[2].properList?.count ?? 0) {
            guard let problem = told[.integer(position + 1)].flatMap(chardataToString) else { continue }
            let title = "*** argument \(position + 1): "
            let indent = String(repeating: " ", count: 8 + title.count)
            lines.append(title + problem.replacing("\n", with: "\n" + indent))
        }
        if let general = text("general") { lines.append("*** " + general) }
        return (text("reason"), lines)
    }

    /// The words of `erl_error` for reasons of the runtime.
    private func erlangReason(_ reason: Term, _ top: Tuple?, _ text: @escaping (Term) -> String) -> String {
        let function = { () -> String in
            guard let top, top.count >= 3 else { return "" }
            // A fun typed at the prompt.
            if top[0] == .atom("shell"), top[1] == .atom("-fun-") { return "erl_eval:'-inside-an-interpreted-fun-'" }
            return "\(text(top[0])):\(text(top[1]))"
        }
        switch reason {
        case .atom("badarith"): return "an error occurred when evaluating an arithmetic expression"
        case .atom("badarg"): return "bad argument"
        case .atom("function_clause"):
            guard let top, top.count >= 3, let arguments = top[2].properList else {
                return "no function clause matching"
            }
            return "no function clause matching \(function())(\(arguments.map(text).joined(separator: ",")))"
        case .atom("if_clause"): return "no true branch found when evaluating an if expression"
        case .atom("undef"):
            let arity = top.map { $0.count >= 3 ? $0[2].properList?.count ?? $0[2].asInteger ?? 0 : 0 } ?? 0
            let name = function()
            return "undefined "
                + (name.hasPrefix("shell_default:") ? "shell command \(name.dropFirst(14))" : "function \(name)")
                + "/\(arity)"
        case .atom("timeout_value"): return "bad receive timeout value"
        case .atom("noproc"): return "no such process or port"
        case .atom("system_limit"): return "a system limit has been reached"
        case .tuple(let tuple) where tuple.count == 2:
            let value = text(tuple[1])
            switch tuple[0].asAtom?.name {
            case "badarg": return "bad argument: \(value)"
            case "badmatch": return "no match of right hand side value \(value)"
            case "case_clause": return "no case clause matching \(value)"
            case "try_clause": return "no try clause matching \(value)"
            case "else_clause": return "no else clause matching \(value)"
            case "badfun": return "bad function \(value)"
            case "badrecord": return "bad record \(value)"
            case "badkey": return "bad key: \(value)"
            case "badmap": return "bad map: \(value)"
            case "bad_generator": return "bad generator \(value)"
            case "bad_filter": return "bad filter \(value)"
            case "badarity":
                guard let pair = tuple[1].asTuple, pair.count == 2, case .fun(let fun) = pair[0],
                    let arguments = pair[1].properList
                else { return text(reason) }
                let arity = if case .closure(let closure) = fun { closure.arity } else { 0 }
                let words = ["no arguments", "one argument", "two arguments", "three arguments"]
                let count =
                    words.indices.contains(arguments.count) ? words[arguments.count] : "\(arguments.count) arguments"
                return "interpreted function with arity \(arity) called with \(count)"
            default: return text(reason)
            }
        default: return text(reason)
        }
    }

    /// The function of the runtime that raised it, and its arguments.
    private func called(_ reason: Term, _ top: Tuple?, _ text: @escaping (Term) -> String) -> String {
        guard let top, top.count == 4, let module = top[0].asAtom, let name = top[1].asAtom,
            let arguments = top[2].properList, ![.atom(.function_clause), .atom(.undef)].contains(reason),
            // What is evaluated has no name.
            module != "shell", module != "erl_eval", NodeCode.of(node).server.source(of: module) == nil
        else { return "" }
        // Not even OTP's terminals show so much.
        let text = { (term: Term) in
            switch term {
            case .binary(let binary) where binary.count > 1 << 20: "<<...>>"
            case .list(let list) where list.countAndEnd.count > 100_000: "[...]"
            default: text(term)
            }
        }
        let isOperator = module == .erlang && Self.isOperator(name, arguments.count)
        if isOperator {
            let shown = arguments.map(text)
            let operation = shown.count == 2 ? "\(shown[0]) \(name.name) \(shown[1])" : "\(name.name) \(shown[0])"
            // As `erl_error` has it: the one operator that is an atom in quotes.
            let title = name == "/" ? "'/'" : name.name
            return "\n     in operator  \(title)/\(arguments.count)\n        called as \(operation)"
        }
        let prefix =
            module == .erlang && ErlangBuiltIns.isAutoImported(name, arguments.count)
            ? "" : ErlangPrinter.quoted(module) + ":"
        let function = prefix + ErlangPrinter.quoted(name)
        let list = arguments.map(text).joined(separator: ",")
        return "\n     in function  \(function)/\(arguments.count)\n        called as \(function)(\(list))"
    }

    private static func isOperator(_ name: Atom, _ arity: Int) -> Bool {
        let binary: Set<String> = [
            "+", "-", "*", "/", "div", "rem", "band", "bor", "bxor", "bsl", "bsr", "and", "or", "xor", "++", "--", "!",
            "==", "/=", "=<", "<", ">=", ">", "=:=", "=/=",
        ]
        let unary: Set<String> = ["+", "-", "not", "bnot"]
        return (arity == 1 ? unary : arity == 2 ? binary : []).contains(name.name)
    }
}
