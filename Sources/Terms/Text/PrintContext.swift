/// What printing needs to know beside the term.
public struct PrintContext: Sendable {
    private let nodeNumber: (@Sendable (NodeIncarnation) -> Int)?

    /// - Parameter nodeNumber: the first number of `<X.id.serial>`, 0 for this node.
    public init(nodeNumber: (@Sendable (NodeIncarnation) -> Int)? = nil) { self.nodeNumber = nodeNumber }

    func number(of incarnation: NodeIncarnation) -> Int {
        if let nodeNumber { return nodeNumber(incarnation) }
        return incarnation.node == .nonode ? 0 : Int(incarnation.index) + 1
    }

    func numbers(_ pid: Pid) -> String { "\(number(of: pid.incarnation)).\(pid.id).\(pid.serial)" }
    func numbers(_ port: Port) -> String { "\(number(of: port.incarnation)).\(port.id)" }

    /// The words, most significant first.
    func numbers(_ reference: Reference) -> String {
        ([String(number(of: reference.incarnation))] + reference.words.reversed().map { String($0) })
            .joined(separator: ".")
    }
}
