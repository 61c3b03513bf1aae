internal import Processes
internal import Terms

extension Execution {
    /// Runs until it is finished, has to wait, or has used up its reductions.
    ///
    /// One loop over the instructions, with everything it needs in locals. What an instruction does is written here if it
    /// is short, and stands in another file of this room if not.
    func run(reductions budget: Int) -> Outcome {
        sliceBegins()
        let caller = Unmanaged.passUnretained(process)
        let keeper = keeper.map { Unmanaged.passUnretained($0) }
        var left = budget
        var next = self.next
        var code = self.code
        var literals = code.pointee.literals
        var base = stack + self.base

        @inline(__always)
        func at(_ operand: Int32) -> UnsafeMutablePointer<Term> {
            operand >= 0 ? base + Int(operand) : literals + Int(~operand)
        }
        @inline(__always)
        func save() {
            self.next = next
            self.code = code
            self.base = base - stack
        }
        @inline(__always)
        func load() {
            next = self.next
            code = self.code
            literals = code.pointee.literals
            base = stack + self.base
        }
        @inline(__always)
        func enter(_ callee: UnsafeMutablePointer<CodeHeader>, window: Int, target: Int32) throws {
            if frameCount == frameCapacity { try growFrames() }
            (frames + frameCount).initialize(
                to: Frame(code: code, next: next, base: base - stack, target: target))
            frameCount &+= 1
            base += window
            code = callee
            next = callee.pointee.instructions
            literals = callee.pointee.literals
            let needed = (base - stack) + callee.pointee.frameSize + 1
            if needed > stackCapacity {
                let offset = base - stack
                do { try growStack(for: needed) } catch {
                    // The frame that did not fit is none.
                    frameCount &-= 1
                    let frame = frames[frameCount]
                    code = frame.code
                    next = frame.next
                    literals = code.pointee.literals
                    base = stack + frame.base
                    throw error
                }
                base = stack + offset
            }
        }
        /// Arguments become the first registers; all others are emptied.
        @inline(__always)
        func slide(from window: Int, _ count: Int) {
            if window > 0 {
                for position in 0..<count { Registers.move(base + position, base + window + position) }
            }
            let size = code.pointee.frameSize
            if size > count { Registers.clear(base + count, size - count) }
        }
        @inline(__always)
        func enterTail(_ callee: UnsafeMutablePointer<CodeHeader>) throws {
            code = callee
            next = callee.pointee.instructions
            literals = callee.pointee.literals
            let needed = (base - stack) + callee.pointee.frameSize + 1
            if needed > stackCapacity {
                let offset = base - stack
                try growStack(for: needed)
                base = stack + offset
            }
        }

        while true {
            do {
                if let exception = thrown {
                    thrown = nil
                    throw exception
                }
                while true {
                    let i = next
                    next = i + 1
                    // What is called, by an instruction that falls out of the switch.
                    var window: Int
                    let arity: Int
                    var callee: UnsafeMutablePointer<Term>?
                    var export: Unmanaged<ExportEntry>?
                    let isTail: Bool
                    switch i.pointee.operation {
                    case .move:
                        Registers.copy(base + Int(i.pointee.a), at(i.pointee.b))
                        continue
                    case .take:
                        Registers.move(base + Int(i.pointee.a), base + Int(i.pointee.b))
                        continue
                    case .tuple:
                        let count = Int(i.pointee.c)
                        let first = base + Int(i.pointee.b)
                        let tuple =
                            count == 0
                            ? Tuple.empty
                            : Tuple(uninitializedCount: count) { elements in
                                UnsafeMutableRawPointer(elements).copyMemory(
                                    from: first, byteCount: count * MemoryLayout<Term>.stride)
                            }
                        for position in 0..<count { Registers.clearBits(first + position) }
                        Registers.put(base + Int(i.pointee.a), .tuple(tuple))
                        continue
                    case .cons:
                        let list = List(head: at(i.pointee.b).pointee, tail: at(i.pointee.c).pointee)
                        Registers.put(base + Int(i.pointee.a), .list(list))
                        continue
                    case .list:
                        let count = Int(i.pointee.d)
                        let first = base + Int(i.pointee.b)
                        let list = List(uninitializedCount: count, tail: at(i.pointee.c).pointee) { elements in
                            UnsafeMutableRawPointer(elements).copyMemory(
                                from: first, byteCount: count * MemoryLayout<Term>.stride)
                        }
                        for position in 0..<count { Registers.clearBits(first + position) }
                        Registers.put(base + Int(i.pointee.a), .list(list))
                        continue
                    case .map:
                        let map = Self.map(base + Int(i.pointee.b), count: Int(i.pointee.c))
                        Registers.put(base + Int(i.pointee.a), .map(map))
                        continue
                    case .mapUpdate:
                        let fields = base + Int(i.pointee.c)
                        let count = Int(i.pointee.d)
                        let place = at(i.pointee.b)
                        let target = base + Int(i.pointee.a)
                        let isExact = i.pointee.n & 1 != 0
                        if i.pointee.n & 2 != 0 {
                            // In place, if nobody else has the map.
                            if place != target { Registers.move(target, place) }
                            if !target.updateMap(fields, count, isExact: isExact) {
                                let value = Registers.take(target)
                                Registers.put(target, try Self.update(value, fields, count, exact: isExact))
                            }
                        } else {
                            let value = place.pointee
                            Registers.put(target, try Self.update(value, fields, count, exact: isExact))
                        }
                        Registers.clear(fields, 2 * count)
                        continue
                    case .mapPut:
                        let place = at(i.pointee.b)
                        let (key, value) = (UnsafePointer(at(i.pointee.c)), UnsafePointer(at(i.pointee.d)))
                        let target = base + Int(i.pointee.a)
                        // In place, if nobody else has the map.
                        if i.pointee.n & 2 != 0, place.putInMap(key, value, isExact: i.pointee.n & 1 != 0) {
                            Registers.move(target, place)
                        } else {
                            Registers.put(
                                target, try Self.put(place.pointee, key.pointee, value.pointee, i.pointee.n))
                        }
                        continue
                    case .closure:
                        let first = base + Int(i.pointee.b)
                        let count = Int(i.pointee.n)
                        let function = code.pointee.owner.takeUnretainedValue().nested[Int(i.pointee.c)]
                        let environment =
                            count == 0
                            ? Tuple.empty
                            : Tuple(uninitializedCount: count) { elements in
                                UnsafeMutableRawPointer(elements).copyMemory(
                                    from: first, byteCount: count * MemoryLayout<Term>.stride)
                            }
                        for position in 0..<count { Registers.clearBits(first + position) }
                        let fun = Closures.make(function, environment, process)
                        Registers.put(base + Int(i.pointee.a), .fun(.closure(fun)))
                        continue
                    case .localFun:
                        let unit = code.pointee.owner.takeUnretainedValue().unit
                        guard let function = unit.functions[Int(i.pointee.b)]?.takeUnretainedValue() else { continue }
                        let fun = Closures.make(function, .empty, process)
                        Registers.put(base + Int(i.pointee.a), .fun(.closure(fun)))
                        continue
                    case .externalFun:
                        let fun = try Closures.external(
                            at(i.pointee.b).pointee, at(i.pointee.c).pointee, at(i.pointee.d).pointee)
                        Registers.put(base + Int(i.pointee.a), fun)
                        continue
                    case .capture:
                        let value = Closures.captured(UnsafePointer(base + Int(i.pointee.b)), Int(i.pointee.c))
                        Registers.put(base + Int(i.pointee.a), value)
                        continue
                    case .binary:
                        let owner = code.pointee.owner.takeUnretainedValue()
                        let layout = owner.layouts[Int(i.pointee.c)]
                        let first = base + Int(i.pointee.b)
                        do {
                            let value = try BitStrings.build(layout, first) { at($0).pointee }
                            Registers.clear(first, layout.segments.count)
                            Registers.put(base + Int(i.pointee.a), value)
                        } catch  where i.pointee.d >= 0 {
                            next = code.pointee.instructions + Int(i.pointee.d)
                        }
                        continue
                    case .add:
                        let (one, two) = (UnsafePointer(at(i.pointee.b)), UnsafePointer(at(i.pointee.c)))
                        if one.kind == .integer, two.kind == .integer {
                            let (sum, overflow) = one.integer.addingReportingOverflow(two.integer)
                            if !overflow {
                                Registers.put(base + Int(i.pointee.a), integer: sum)
                                continue
                            }
                        }
                        next = try Self.operate(
                            i, one.pointee, two.pointee, base + Int(i.pointee.a), next, code)
                        continue
                    case .subtract:
                        let (one, two) = (UnsafePointer(at(i.pointee.b)), UnsafePointer(at(i.pointee.c)))
                        if one.kind == .integer, two.kind == .integer {
                            let (sum, overflow) = one.integer.subtractingReportingOverflow(two.integer)
                            if !overflow {
                                Registers.put(base + Int(i.pointee.a), integer: sum)
                                continue
                            }
                        }
                        next = try Self.operate(
                            i, one.pointee, two.pointee, base + Int(i.pointee.a), next, code)
                        continue
                    case .multiply:
                        let (one, two) = (UnsafePointer(at(i.pointee.b)), UnsafePointer(at(i.pointee.c)))
                        if one.kind == .integer, two.kind == .integer {
                            let (product, overflow) = one.integer.multipliedReportingOverflow(by: two.integer)
                            if !overflow {
                                Registers.put(base + Int(i.pointee.a), integer: product)
                                continue
                            }
                        }
                        next = try Self.operate(
                            i, one.pointee, two.pointee, base + Int(i.pointee.a), next, code)
                        continue
                    case .operate:
                        let (one, two) = (UnsafePointer(at(i.pointee.b)), UnsafePointer(at(i.pointee.c)))
                        if one.kind == .integer, two.kind == .integer,
                            let operation = Operators.Infix(rawValue: i.pointee.n),
                            let value = Operators.small(operation, one.integer, two.integer)
                        {
                            Registers.put(base + Int(i.pointee.a), integer: value)
                            continue
                        }
                        next = try Self.operate(
                            i, at(i.pointee.b).pointee, at(i.pointee.c).pointee, base + Int(i.pointee.a), next, code)
                        continue
                    case .operateUnary:
                        guard let operation = Operators.Prefix(rawValue: i.pointee.n) else { continue }
                        do {
                            let value = try Operators.apply(operation, at(i.pointee.b).pointee)
                            Registers.put(base + Int(i.pointee.a), value)
                        } catch  where i.pointee.d >= 0 {
                            next = code.pointee.instructions + Int(i.pointee.d)
                        } catch let exception as ErlangException {
                            throw exception.called(.erlang, operation.name, [at(i.pointee.b).pointee])
                        }
                        continue
                    case .function:
                        do {
                            let value = try guardFunction(
                                i.pointee.n, UnsafeMutablePointer(base + Int(i.pointee.b)), Int(i.pointee.c))
                            Registers.put(base + Int(i.pointee.a), value)
                        } catch  where i.pointee.d >= 0 {
                            next = code.pointee.instructions + Int(i.pointee.d)
                        }
                        continue
                    case .compare:
                        let holds = Self.compare(
                            UnsafePointer(at(i.pointee.b)), UnsafePointer(at(i.pointee.c)), i.pointee.n)
                        Registers.put(base + Int(i.pointee.a), .atom(holds ? .true : .false))
                        continue
                    case .test:
                        if !Self.compare(UnsafePointer(at(i.pointee.b)), UnsafePointer(at(i.pointee.c)), i.pointee.n) {
                            next = code.pointee.instructions + Int(i.pointee.d)
                        }
                        continue
                    case .testSame:
                        let (one, two) = (UnsafePointer(at(i.pointee.b)), UnsafePointer(at(i.pointee.c)))
                        let same =
                            one.kind == two.kind
                            && (two.kind == .atom ? one.atom == two.atom : one.integer == two.integer)
                        if !same { next = code.pointee.instructions + Int(i.pointee.d) }
                        continue
                    case .testLess:
                        let (one, two) = (UnsafePointer(at(i.pointee.b)), UnsafePointer(at(i.pointee.c)))
                        let isLess =
                            one.kind == .integer && two.kind == .integer
                            ? one.integer < two.integer : Term.compare(one.pointee, two.pointee) == .less
                        if !isLess { next = code.pointee.instructions + Int(i.pointee.d) }
                        continue
                    case .testNotLess:
                        let (one, two) = (UnsafePointer(at(i.pointee.b)), UnsafePointer(at(i.pointee.c)))
                        let isLess =
                            one.kind == .integer && two.kind == .integer
                            ? one.integer < two.integer : Term.compare(one.pointee, two.pointee) == .less
                        if isLess { next = code.pointee.instructions + Int(i.pointee.d) }
                        continue
                    case .testKind:
                        if !Self.isKind(UnsafePointer(at(i.pointee.b)), i.pointee.n, at(i.pointee.c)) {
                            next = code.pointee.instructions + Int(i.pointee.d)
                        }
                        continue
                    case .testTuple:
                        let place = UnsafePointer(at(i.pointee.b))
                        if place.kind != .tuple || place.tupleElements.count != Int(i.pointee.n) {
                            next = code.pointee.instructions + Int(i.pointee.d)
                        }
                        continue
                    case .testCons:
                        if UnsafePointer(at(i.pointee.b)).kind != .list {
                            next = code.pointee.instructions + Int(i.pointee.d)
                        }
                        continue
                    case .uncons:
                        let list = at(i.pointee.b)
                        guard UnsafePointer(list).kind == .list else {
                            next = code.pointee.instructions + Int(i.pointee.d)
                            continue
                        }
                        let run = UnsafePointer(list).listRun
                        let head = UnsafeMutablePointer(mutating: run.elements.baseAddress.unsafelyUnwrapped)
                        Registers.copy(base + Int(i.pointee.a), head)
                        let tail = base + Int(i.pointee.c)
                        if i.pointee.n == 1 {
                            Registers.move(tail, list)
                            tail.moveTail(into: tail)
                        } else {
                            list.moveTail(into: tail)
                        }
                        continue
                    case .testTrue:
                        let place = UnsafePointer(at(i.pointee.b))
                        if place.kind != .atom || place.atom != .true {
                            next = code.pointee.instructions + Int(i.pointee.d)
                        }
                        continue
                    case .jump:
                        next = code.pointee.instructions + Int(i.pointee.d)
                        continue
                    case .element:
                        let elements = UnsafePointer(at(i.pointee.b)).tupleElements
                        let element = UnsafeMutablePointer(mutating: elements.baseAddress.unsafelyUnwrapped)
                        Registers.copy(base + Int(i.pointee.a), element + Int(i.pointee.n))
                        continue
                    case .head:
                        let run = UnsafePointer(at(i.pointee.b)).listRun
                        let head = UnsafeMutablePointer(mutating: run.elements.baseAddress.unsafelyUnwrapped)
                        Registers.copy(base + Int(i.pointee.a), head)
                        continue
                    case .tail:
                        at(i.pointee.b).moveTail(into: base + Int(i.pointee.a))
                        continue
                    case .mapGet:
                        guard case .map(let map) = at(i.pointee.b).pointee, let value = map[at(i.pointee.c).pointee]
                        else {
                            next = code.pointee.instructions + Int(i.pointee.d)
                            continue
                        }
                        Registers.put(base + Int(i.pointee.a), value)
                        continue
                    case .bitsStart:
                        switch UnsafePointer(at(i.pointee.b)).kind {
                        case .binary, .bitString: Registers.put(base + Int(i.pointee.a), integer: 0)
                        default: next = code.pointee.instructions + Int(i.pointee.d)
                        }
                        continue
                    case .bitsGet:
                        let segment = code.pointee.owner.takeUnretainedValue().segments[Int(i.pointee.n)]
                        let place = base + Int(i.pointee.c)
                        var position = UnsafePointer(place).integer
                        let size = segment.size.map { at($0).pointee }
                        if let value = BitStrings.take(segment, size, from: at(i.pointee.b).pointee, at: &position) {
                            Registers.put(base + Int(i.pointee.a), value)
                            place.initialize(to: .integer(position))
                        } else {
                            next = code.pointee.instructions + Int(i.pointee.d)
                        }
                        continue
                    case .bitsEnd:
                        if BitStrings.bitCount(of: at(i.pointee.b).pointee)
                            != UnsafePointer(base + Int(i.pointee.c)).integer
                        {
                            next = code.pointee.instructions + Int(i.pointee.d)
                        }
                        continue
                    case .call:
                        left &-= 1
                        if left <= 0 {
                            next = i
                            save()
                            return .yielded
                        }
                        guard let function = code.pointee.functions[Int(i.pointee.b)] else { continue }
                        try enter(function, window: Int(i.pointee.c), target: i.pointee.a)
                        continue
                    case .tailCall:
                        left &-= 1
                        if left <= 0 {
                            next = i
                            save()
                            return .yielded
                        }
                        guard let function = code.pointee.functions[Int(i.pointee.b)] else { continue }
                        slide(from: Int(i.pointee.c), Int(i.pointee.n))
                        try enterTail(function)
                        continue
                    case .repeatCall:
                        left &-= 1
                        if left <= 0 {
                            next = i
                            save()
                            return .yielded
                        }
                        var mask = UInt32(truncatingIfNeeded: i.pointee.a)
                        var argument = base + Int(i.pointee.c)
                        while mask != 0 {
                            Registers.move(base + mask.trailingZeroBitCount, argument)
                            argument += 1
                            mask &= mask &- 1
                        }
                        let kept = code.pointee.arity
                        Registers.clear(base + kept, code.pointee.frameSize &- kept)
                        next = code.pointee.instructions
                        continue
                    case .callExport, .tailCallExport:
                        isTail = i.pointee.operation == .tailCallExport
                        window = Int(i.pointee.c)
                        arity = Int(i.pointee.n)
                        export = code.pointee.exports[Int(i.pointee.b)]
                    case .callFun:
                        isTail = false
                        window = Int(i.pointee.c)
                        arity = Int(i.pointee.n)
                        let place = at(i.pointee.b)
                        if left > 1, let header = Closures.header(at: UnsafePointer(place), arity: arity) {
                            // The fun stands behind its arguments, if it needs itself. The register that it is in keeps it as
                            // well, if the value does not go there.
                            left &-= 1
                            if header.pointee.usesItself || place == base + Int(i.pointee.a) {
                                Registers.copy(base + window + arity, place)
                            }
                            try enter(header, window: window, target: i.pointee.a)
                            continue
                        }
                        callee = place
                    case .tailCallFun:
                        isTail = true
                        window = Int(i.pointee.c)
                        arity = Int(i.pointee.n)
                        let place = at(i.pointee.b)
                        if left > 1, place == base + arity, window > arity,
                            let header = Closures.header(at: UnsafePointer(place), arity: arity)
                        {
                            // It calls itself, and stands where it has to.
                            left &-= 1
                            for position in 0..<arity { Registers.move(base + position, base + window + position) }
                            let kept = arity + 1
                            let size = code.pointee.frameSize
                            if size > kept { Registers.clear(base + kept, size - kept) }
                            try enterTail(header)
                            continue
                        }
                        callee = place
                    case .apply, .tailApply:
                        isTail = i.pointee.operation == .tailApply
                        window = Int(i.pointee.c)
                        arity = Int(i.pointee.n)
                        let (target, function) = (at(i.pointee.b).pointee, at(i.pointee.d).pointee)
                        guard case .atom(let module) = target, case .atom(let name) = function else {
                            let arguments = Array(UnsafeBufferPointer(start: base + window, count: arity))
                            throw ErlangException(.error, .atom(.badarg)).called(
                                .erlang, "apply", [target, function, .makeList(arguments)])
                        }
                        export = .passUnretained(server.entry(module, name, arity))
                    case .return:
                        let value = base + Int(i.pointee.b)
                        guard frameCount > 0 else {
                            let result = at(i.pointee.b).pointee
                            Registers.clear(base, code.pointee.frameSize)
                            save()
                            return .finished(result)
                        }
                        frameCount &-= 1
                        let frame = frames + frameCount
                        let target = stack + frame.pointee.base + Int(frame.pointee.target)
                        if i.pointee.b >= 0 {
                            Registers.move(target, value)
                        } else {
                            Registers.copy(target, at(i.pointee.b))
                        }
                        Registers.clear(
                            base, code.pointee.frameSize)
                        code = frame.pointee.code
                        next = frame.pointee.next
                        base = stack + frame.pointee.base
                        literals = code.pointee.literals
                        continue
                    case .tick:
                        left &-= 1
                        if left <= 0 {
                            save()
                            return .yielded
                        }
                        continue
                    case .push:
                        handlers.append(
                            Handler(
                                frameCount: frameCount, builderCount: builders.count,
                                target: code.pointee.instructions + Int(i.pointee.d), register: i.pointee.a))
                        continue
                    case .pop:
                        handlers.removeLast()
                        continue
                    case .reraise:
                        let place = base + Int(i.pointee.a)
                        throw Self.exception(place[0], place[1], place[2])
                    case .caught:
                        let place = base + Int(i.pointee.b)
                        let value = Self.caught(place[0], place[1], place[2])
                        Registers.put(base + Int(i.pointee.a), value)
                        continue
                    case .fail:
                        throw failure(i.pointee.n, at(i.pointee.b), base, code)
                    case .receiveStart:
                        scanned = 0
                        deadline = nil
                        continue
                    case .receiveTimeout:
                        deadline = try Self.deadline(at(i.pointee.b).pointee, process)
                        continue
                    case .receiveNext:
                        guard let message = nextMessage() else {
                            next = code.pointee.instructions + Int(i.pointee.d)
                            continue
                        }
                        Registers.put(base + Int(i.pointee.a), message)
                        left &-= 1
                        continue
                    case .receiveTake:
                        takeMessage()
                        continue
                    case .receiveWait:
                        if let deadline {
                            // The last look at the mailbox comes after the time is over.
                            let isOver = deadline.isOver
                            if process.messageQueueLength > scanned {
                                next = code.pointee.instructions + Int(i.pointee.d)
                                continue
                            }
                            if isOver {
                                scanned = 0
                                self.deadline = nil
                                continue
                            }
                            next = i
                        } else {
                            next = code.pointee.instructions + Int(i.pointee.d)
                        }
                        save()
                        return .waiting
                    case .send:
                        let message = at(i.pointee.c).pointee
                        let destination = at(i.pointee.b).pointee
                        left &-= 4
                        if case .pid(let pid) = destination, sendHere(message, to: pid) {
                            Registers.put(base + Int(i.pointee.a), message)
                            continue
                        }
                        let wait: (@Sendable () async -> Void)?
                        do {
                            wait = try server.host?.send(message, to: destination, from: process)
                        } catch let exception as ErlangException {
                            throw exception.called(.erlang, "!", [destination, message])
                        }
                        Registers.put(base + Int(i.pointee.a), message)
                        if let wait {
                            save()
                            return .paused(wait)
                        }
                        continue
                    case .listNext:
                        let list = base + Int(i.pointee.c)
                        switch UnsafePointer(list).kind {
                        case .list:
                            let run = UnsafePointer(list).listRun
                            let head = UnsafeMutablePointer(mutating: run.elements.baseAddress.unsafelyUnwrapped)
                            Registers.copy(base + Int(i.pointee.a), head)
                            list.moveTail(into: list)
                        case .nil: next = code.pointee.instructions + Int(i.pointee.d)
                        default:
                            throw ErlangException(.error, .tuple([.atom("bad_generator"), list.pointee]))
                        }
                        continue
                    case .mapPairs:
                        let pairs = try Self.pairs(of: at(i.pointee.b).pointee)
                        Registers.put(base + Int(i.pointee.a), pairs)
                        continue
                    case .builderStart:
                        builders.append(Builder())
                        continue
                    case .builderAdd:
                        builders[builders.count - 1].append(at(i.pointee.b).pointee)
                        continue
                    case .builderFinish:
                        guard let builder = builders.popLast() else { continue }
                        Registers.put(base + Int(i.pointee.a), try Self.finish(builder, i.pointee.n))
                        continue
                    case .filter:
                        let place = UnsafePointer(at(i.pointee.b))
                        if place.kind != .atom || (place.atom != .true && place.atom != .false) {
                            let name: Atom = i.pointee.n == 1 ? .badarg : "bad_filter"
                            throw ErlangException(.error, .tuple([.atom(name), place.pointee]))
                        }
                        continue
                    }

                    // A call that is not within the module. The loop goes around for `apply`.
                    left &-= 1
                    if left <= 0 {
                        next = i
                        save()
                        return .yielded
                    }
                    var count = arity
                    calling: while true {
                        if let place = callee {
                            // A fun: its code, or the function it names.
                            guard case .fun(let fun) = place.pointee else {
                                throw ErlangException(.error, .tuple([.atom("badfun"), place.pointee]))
                            }
                            switch fun {
                            case .export(let function):
                                guard function.arity == count else { throw Self.badArity(place, base + window, count) }
                                export = .passUnretained(server.entry(function.module, function.function, count))
                                callee = nil
                            case .closure(let received):
                                guard received.arity == count else {
                                    throw Self.badArity(place, base + window, count)
                                }
                                let closure = try runnable(received)
                                let header = Closures.header(of: closure)
                                if isTail {
                                    slide(from: window, count)
                                    try enterTail(header)
                                } else {
                                    try enter(header, window: window, target: i.pointee.a)
                                }
                                Registers.put(base + count, .fun(.closure(closure)))
                                break calling
                            }
                        }
                        guard let entry = export else { break }
                        guard
                            let target = entry._withUnsafeGuaranteedRef({ $0.current })
                                ?? server.resolve(entry.takeUnretainedValue())
                        else {
                            throw undefined(entry.takeUnretainedValue(), base + window, count)
                        }
                        if let header = target._withUnsafeGuaranteedRef({ $0.header }) {
                            if isTail {
                                slide(from: window, count)
                                try enterTail(header)
                            } else {
                                try enter(header, window: window, target: i.pointee.a)
                            }
                            break
                        }
                        if target._withUnsafeGuaranteedRef({ $0.native != nil }) {
                            let arguments = UnsafeBufferPointer(start: base + window, count: count)
                            let value: Term
                            do {
                                value = try target._withUnsafeGuaranteedRef {
                                    try $0.native.unsafelyUnwrapped(
                                        NativeCall(registers: arguments, caller: caller, keeper: keeper))
                                }
                            } catch let exception as ErlangException {
                                throw exception.called(entry.takeUnretainedValue(), arguments)
                            }
                            if isSliceOver() { left = 1 }
                            Registers.clear(base + window, count)
                            if isTail {
                                Registers.put(base, value)
                                next = ReturnStub.instruction
                            } else {
                                Registers.put(base + Int(i.pointee.a), value)
                            }
                            break
                        }
                        switch target._withUnsafeGuaranteedRef({ $0.kind }) {
                        case .code, .native: break calling
                        case .host(let function):
                            let arguments = Registers.takeAll(base + window, count)
                            pending = (i.pointee.a, isTail)
                            calledHost = (entry.takeUnretainedValue(), arguments)
                            save()
                            return .host(function.body, arguments)
                        case .machine(let function):
                            save()
                            let step: MachineStep
                            do {
                                step = try machine(
                                    function, entry.takeUnretainedValue(), base + window, count, window: window)
                            } catch {
                                // It may have moved the registers.
                                base = stack + self.base
                                throw error
                            }
                            base = stack + self.base
                            switch step {
                            case .value(let value):
                                Registers.clear(base + window, count)
                                if isTail {
                                    Registers.put(base, value)
                                    next = ReturnStub.instruction
                                } else {
                                    Registers.put(base + Int(i.pointee.a), value)
                                }
                                break calling
                            case .callFun(let arguments):
                                // The fun stands behind its arguments.
                                count = arguments
                                callee = base + window + arguments
                                export = nil
                            case .callExport(let entry, let arguments):
                                count = arguments
                                export = .passUnretained(entry)
                            case .enter(let function, let arguments):
                                if isTail {
                                    slide(from: window, arguments)
                                    try enterTail(function.header)
                                } else {
                                    try enter(function.header, window: window, target: i.pointee.a)
                                }
                                break calling
                            case .paused(let wait, let value):
                                Registers.clear(base + window, count)
                                if isTail {
                                    Registers.put(base, value)
                                    next = ReturnStub.instruction
                                } else {
                                    Registers.put(base + Int(i.pointee.a), value)
                                }
                                save()
                                return .paused(wait)
                            }
                        }
                    }
                }
            } catch {
                save()
                let exception = traced(error, next - 1)
                guard unwind(exception) else { return .raised(exception) }
                load()
            }
        }
    }
}
