/// What an instruction does. `a` is where its result goes; an operand is a register, or a literal if it is negative;
/// `d` is where a test goes that fails.
enum Opcode: UInt16 {
    // Data
    /// a := b
    case move
    /// a := b, which nobody uses any more
    case take
    /// a := the tuple of the c registers from b on, which are emptied
    case tuple
    /// a := [b | c]
    case cons
    /// a := the list of the d registers from b on, which are emptied, with the tail c
    case list
    /// a := the map of the c pairs in the registers from b on
    case map
    /// a := the map b with the d pairs in the registers from c on; bit 0 of n says that the keys must be there, bit 1 that
    /// nobody uses b any more
    case mapUpdate
    /// a := the map b with the key c bound to d; bits of n as for `mapUpdate`, bit 2 says that it is `maps:put/3`
    case mapPut
    /// a := the closure of nested function c, with the n captured values in the registers from b on
    case closure
    /// a := `fun b/n` of this module
    case localFun
    /// a := `fun M:F/A`, with M in b, F in c, A in d
    case externalFun
    /// a := captured value c of the closure in b
    case capture
    /// a := the binary of layout c from the values in the registers from b on; fails to d if that is not negative
    case binary

    // Operators: a := b op c. In a guard they fail to d; elsewhere d is negative and they raise.
    case add, subtract, multiply
    /// n is an ``Operators/Binary``
    case operate
    /// a := op b; n is an ``Operators/Unary``
    case operateUnary
    /// a := a guard function n of b and c
    case function
    /// a := b n c, where n is a ``Comparison``
    case compare

    // Tests
    /// b n c, where n is a ``Comparison``
    case test
    /// b =:= c, where c is an atom or a small integer
    case testSame
    /// b < c, b >= c: the tests of loops
    case testLess, testNotLess
    /// b is of kind n
    case testKind
    /// b is a tuple of n elements
    case testTuple
    /// b is a list that is not empty
    case testCons
    /// b is a list that is not empty; a := its head, c := its tail, which are not b; with n = 1 nobody uses b any more
    case uncons
    /// b is true; a is 1 for the tests of filters, which raise `bad_filter` for what is not a boolean
    case testTrue
    case jump

    // Taking apart what was tested
    /// a := element n of b, from 0
    case element
    /// a := head of b
    case head
    /// a := tail of b
    case tail
    /// a := value of the key c in the map b
    case mapGet

    // Bit strings
    /// b is a bit string; a := 0, the position
    case bitsStart
    /// a := what segment n finds in b at the position in register c, which moves on
    case bitsGet
    /// the position in register c is the end of b
    case bitsEnd

    // Calls: a := the result; the n arguments stand in the registers from c on
    case call, tailCall
    /// The function again, with the next of the n arguments for each bit of a; the others stay.
    case repeatCall
    case callExport, tailCallExport
    /// b is the fun
    case callFun, tailCallFun
    /// b is the module, d the function
    case apply, tailApply
    case `return`
    /// One reduction.
    case tick

    // Exceptions
    /// from here on exceptions go to d, with class, reason and stack trace in a, a + 1, a + 2
    case push
    case pop
    /// raises again what class, reason and trace in a, a + 1, a + 2 say
    case reraise
    /// a := what `catch` makes of class, reason and trace in b, b + 1, b + 2
    case caught
    /// raises the ``Failure`` n, with b
    case fail

    // Receive
    /// looks at the first message again
    case receiveStart
    /// a := the next message; to d if there is none
    case receiveNext
    /// the message is taken
    case receiveTake
    /// waits for a message, then goes to d; goes on when the time is over
    case receiveWait
    /// b is how long to wait
    case receiveTimeout
    /// b ! c, and a := c
    case send

    // Comprehensions
    /// a := head of the list in c, which moves on; to d at its end
    case listNext
    /// a := the pairs of the map b as a list of tuples
    case mapPairs
    case builderStart
    /// adds b
    case builderAdd
    /// a := the list; with n = 1 the map of the pairs, with n = 2 the bit string of the bit strings
    case builderFinish
    /// b is a boolean, else `bad_filter`; with n = 1 `badarg`, of `andalso`
    case filter
}

/// How two terms may compare.
enum ComparisonKind: UInt16 {
    case exactlyEqual, exactlyUnequal, equal, unequal, less, lessOrEqual, greater, greaterOrEqual
}

/// The kinds of terms that guards tell apart.
enum KindTest: UInt16, CaseIterable {
    case atom, binary, bitstring, boolean, float, function, integer, list, map, number, pid, port, reference, tuple
    /// The empty list, which is no function of `erlang`.
    case empty
    /// Any function of the arity in `c`.
    case functionOfArity
}

/// What an instruction of the kind `fail` raises.
enum FailureKind: UInt16 {
    case badmatch, caseClause, ifClause, functionClause, tryClause, elseClause, badrecord, badgenerator
}

/// One instruction.
struct Instruction {
    var operation: Opcode
    var n: UInt16
    var a: Int32
    var b: Int32
    var c: Int32
    var d: Int32

    init(_ operation: Opcode, n: UInt16 = 0, a: Int32 = 0, b: Int32 = 0, c: Int32 = 0, d: Int32 = 0) {
        self.operation = operation
        self.n = n
        self.a = a
        self.b = b
        self.c = c
        self.d = d
    }
}
