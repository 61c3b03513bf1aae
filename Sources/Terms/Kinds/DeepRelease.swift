internal import CSupport

// Releasing a term nested a million deep must not overflow the stack. Each container counts how deep the releases of
// this thread are inside one another; beyond a limit it hands its elements to a list that the outermost release empties.

/// How deep releases may nest before elements are put off.
private let deepReleaseLimit: Int32 = 200

/// As how many levels releasing a tree counts: it takes a few calls for each of its nodes.
private let treeDepth: Int32 = 10

/// Elements whose release was put off, of one thread.
private final class PendingRelease {
    var elements: [Term] = []
}

/// Deinitializes the elements of a container that goes away, in bounded stack.
@usableFromInline
func releaseElements(_ elements: UnsafeMutablePointer<Term>, count: Int) {
    var position = 0
    // Most elements own nothing, and then the thread's state need not be looked up.
    while position < count, UnsafePointer(elements + position).kind.isImmediate { position += 1 }
    guard position < count else { return }
    let state = beamsh_release_state_of_thread()
    guard state.pointee.depth < deepReleaseLimit else {
        return putOff(UnsafeMutableBufferPointer(start: elements + position, count: count - position), state)
    }
    state.pointee.depth += 1
    while position < count {
        if !UnsafePointer(elements + position).kind.isImmediate { (elements + position).deinitialize(count: 1) }
        position += 1
    }
    if state.pointee.depth == 1, state.pointee.pending != nil { releasePending(state) }
    state.pointee.depth -= 1
}

/// Releases what a large map that was updated holds, in bounded stack.
func releaseTree(_ tree: UnsafeMutablePointer<MapTree?>) {
    let state = beamsh_release_state_of_thread()
    guard state.pointee.depth < deepReleaseLimit else {
        guard let pairs = tree.pointee.take() else { return }
        var map = Term.map(Map(storage: .make(pairs)))
        return withUnsafeMutablePointer(to: &map) { place in
            putOff(UnsafeMutableBufferPointer(start: place, count: 1), state)
            place.initialize(to: .nil)
        }
    }
    state.pointee.depth += treeDepth
    destroy(tree)
    if state.pointee.depth == treeDepth, state.pointee.pending != nil { releasePending(state) }
    state.pointee.depth -= treeDepth
}

/// A call of its own: the compiler may move a release past the end of the count, but not out of a call.
@inline(never)
private func destroy(_ tree: UnsafeMutablePointer<MapTree?>) {
    tree.deinitialize(count: 1)
    tree.initialize(to: nil)
}

private func putOff(_ elements: UnsafeMutableBufferPointer<Term>, _ state: UnsafeMutablePointer<beamsh_release_state>) {
    let pending: PendingRelease
    if let raw = state.pointee.pending {
        pending = Unmanaged<PendingRelease>.fromOpaque(raw).takeUnretainedValue()
    } else {
        pending = PendingRelease()
        state.pointee.pending = Unmanaged.passRetained(pending).toOpaque()
    }
    for position in elements.indices { pending.elements.append((elements.baseAddress! + position).move()) }
}

@inline(never)
private func releasePending(_ state: UnsafeMutablePointer<beamsh_release_state>) {
    guard let raw = state.pointee.pending else { return }
    let pending = Unmanaged<PendingRelease>.fromOpaque(raw).takeUnretainedValue()
    while let element = pending.elements.popLast() { _ = consume element }
    state.pointee.pending = nil
    Unmanaged<PendingRelease>.fromOpaque(raw).release()
}
