import BigInt
import Testing

@testable import Terms

/// `TermPlace` reads the bits of terms; this is where they must stand.
@Suite struct TermLayoutTests {
    private static let fun = ClosureFun(
        module: "m", arity: 1, uniq: Binary([UInt8](repeating: 1, count: 16)), index: 2, oldIndex: 3, oldUniq: 4,
        creator: Pid(node: "a@b", id: 5, serial: 6, creation: 7), freeVariables: [8])

    private func kind(_ term: Term) -> TermKind { withUnsafePointer(to: term) { $0.kind } }

    @Test func theTagByteSaysTheKind() {
        #expect(MemoryLayout<Term>.size == 13 && MemoryLayout<Term>.stride == 16)
        #expect(kind(5) == .integer)
        #expect(kind(.float(1)) == .float)
        #expect(kind(.atom(.ok)) == .atom)
        #expect(kind(.nil) == .nil)
        #expect(kind([1]) == .list)
        #expect(kind(.tuple([1])) == .tuple)
        #expect(kind(.map([1: 2])) == .map)
        #expect(kind(.string("a")) == .binary)
        #expect(kind(.bits([0x80], bitCount: 1)) == .bitString)
        #expect(kind(.pid(Pid(node: "a@b", id: 1, serial: 2, creation: 3))) == .pid)
        #expect(kind(.port(Port(node: "a@b", id: 1, creation: 3))) == .port)
        #expect(kind(.reference(Reference(node: "a@b", creation: 1, words: [1]))) == .reference)
        #expect(kind(.fun(.export(ExportFun(module: "m", function: "f", arity: 0)))) == .fun)
        #expect(kind(.fun(.closure(Self.fun))) == .fun)
        #expect(kind(.integer(BigInt(1) << 64)) == .bigInteger)
        #expect(kind(.record(NativeRecord(module: "m", name: "n", isExported: true, fields: []))) == .record)
        #expect(kind(.local(LocalTerm(payload: Binary([1])))) == .local)
    }

    @Test func thePayloadStandsBeforeTheTagByte() {
        withUnsafePointer(to: Term.integer(-7)) { #expect($0.integer == -7) }
        withUnsafePointer(to: Term.float(1.5)) { #expect($0.float == 1.5) }
        withUnsafePointer(to: Term.atom(.ok)) { #expect($0.atom == .ok) }
        let pid = Pid(node: "a@b", id: 1, serial: 2, creation: 3)
        withUnsafePointer(to: Term.pid(pid)) { #expect($0.pid == pid) }
        let port = Port(node: "a@b", id: 1 << 40, creation: 3)
        withUnsafePointer(to: Term.port(port)) { #expect($0.port == port) }
        withUnsafePointer(to: Term.tuple([1, 2])) { #expect(Array($0.tupleElements) == [1, 2]) }
        withUnsafePointer(to: Term.string("abc")) { #expect(Array($0.binaryBytes) == Array("abc".utf8)) }
        let list: Term = .makeList([1, 2, 3], tail: .atom(.ok))
        guard case .list(let cells) = list else { return }
        withUnsafePointer(to: cells.tail) { place in
            #expect(Array(place.listRun.elements) == [2, 3])
            #expect(place.listRun.tail.pointee == .atom(.ok))
        }
    }
}
