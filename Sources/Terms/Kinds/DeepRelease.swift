internal import CSupport

// Releasing a term nested a million deep must not overflow the stack. Each container counts how deep the releases of
// this thread are inside one another; beyond a limit it hands its elements to a list that the outermost release empties.

/// How deep releases may nest before elements are put off.
private let deepReleaseLimit: Int32 = 200

/// Elements whose release was put off, of one thread.
private final class PendingRelease {
    var elements: [Term] = []
}

/// Deinitializes the elements of a container that goes away, in bounded stack.
@usableFromInline
func releaseElements(_ elements: UnsafeMutablePointer<Term>, count: Int) {
    let state = beamsh_release_state_of_thread()
    guard state.pointee.depth < deepReleaseLimit else {
        let pending: PendingRelease
        if let raw = state.pointee.pending {
            pending = Unmanaged<PendingRelease>.fromOpaque(raw).takeUnretainedValue()
        } else {
            pending = PendingRelease()
            state.pointee.pending = Unmanaged.passRetained(pending).toOpaque()
        }
        for position in 0..<count { pending.elements.append((elements + position).move()) }
        return
    }
    state.pointee.depth += 1
    elements.deinitialize(count: count)
    if state.pointee.depth == 1, let raw = state.pointee.pending {
        let pending = Unmanaged<PendingRelease>.fromOpaque(raw).takeUnretainedValue()
        while let element = pending.elements.popLast() { _ = consume element }
        state.pointee.pending = nil
        Unmanaged<PendingRelease>.fromOpaque(raw).release()
    }
    state.pointee.depth -= 1
}
