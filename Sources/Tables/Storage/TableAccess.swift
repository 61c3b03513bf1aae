internal import Terms

/// Who may use a storage: kept beside the rows, behind the same lock, so that a check costs no lock of its own and no
/// operation runs on a deleted table.
struct TableAccess: Sendable {
    var isDeleted = false
    var owner: Pid

    /// Throws if the table is gone, or if it is `ownerOnly` and `caller` is not the owner.
    @inline(__always)
    func admit(_ caller: Pid, ownerOnly: Bool) throws(TableError) {
        if isDeleted { throw .noTable }
        if ownerOnly, caller != owner { throw .noAccess }
    }
}

/// An operation's right to run: who calls, and whether only the owner may.
struct TableCaller: Sendable {
    let pid: Pid
    let ownerOnly: Bool
}
