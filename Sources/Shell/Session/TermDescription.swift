internal import Node
internal import Processes
internal import Terms

/// What `i` tells of a term.
enum TermDescription {
    static func text(of term: Term, on node: Node, _ shown: String) -> String {
        var rows: [(String, String)] = [("Term", shown), ("Data type", kind(of: term))]
        switch term {
        case .binary(let binary):
            rows.append(("Byte size", "\(binary.count)"))
            if binary.text != nil { rows.append(("Description", "This is a string: a UTF-8 encoded binary.")) }
        case .pid(let pid):
            guard let process = node.processes.process(pid) else {
                rows.append(("Alive", node.processes.isLocal(pid) ? "false" : "on \(pid.node.name)"))
                break
            }
            rows.append(("Alive", "true"))
            if let name = process.registeredName { rows.append(("Name", name.name)) }
            rows.append(("Links", "\(process.links.count)"))
            rows.append(("Message queue length", "\(process.messageQueueLength)"))
        case .list(let list): rows.append(("Length", "\(list.countAndEnd.count)"))
        case .tuple(let tuple): rows.append(("Size", "\(tuple.count)"))
        case .map(let map): rows.append(("Size", "\(map.count)"))
        case .fun(.export(let fun)): rows.append(("Arity", "\(fun.arity)"))
        case .fun(.closure(let fun)): rows.append(("Arity", "\(fun.arity)"))
        default: break
        }
        return rows.map { "\($0.0)\n  \($0.1)\n" }.joined()
    }

    private static func kind(of term: Term) -> String {
        switch term {
        case .integer, .bigInteger: "Integer"
        case .float: "Float"
        case .atom: "Atom"
        case .nil, .list: "List"
        case .tuple: "Tuple"
        case .map(let map): map[.atom("__struct__")]?.asAtom.map { ElixirPrinter.atom($0) } ?? "Map"
        case .binary: "BitString"
        case .bitString: "BitString"
        case .pid: "PID"
        case .port: "Port"
        case .reference: "Reference"
        case .fun: "Function"
        case .record: "Record"
        case .local: "Term of another node"
        }
    }
}
