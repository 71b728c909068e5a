import Crypto

/// What is attested of a message, and of what steps make of it.
///
///     tree   *(0xff item) item      the attestations by rising order, then the steps
///     item   0x00 attestation / step tree
///
/// It does not hold the messages: they follow from the first one.
struct AttestationTree: Hashable, Sendable {
    /// A step, and what is attested of its result.
    struct Branch: Hashable, Sendable {
        let step: AttestationStep
        var tree: AttestationTree
    }

    /// Messages on one way at most: the format's own limit, which bounds the stack.
    static let depthLimit = 256

    /// Steps and attestations at most.
    ///
    /// A proof of four calendars has about 300. Reading so many takes some hundredths of a second,
    /// whatever they are.
    static let itemLimit = 4096

    private(set) var attestations: [Attestation] = []
    private(set) var branches: [Branch] = []

    /// A tree of one step.
    init(_ step: AttestationStep, _ tree: AttestationTree) {
        branches = [Branch(step: step, tree: tree)]
    }

    /// Appends it as the format writes it, in the one order.
    func write(to bytes: inout [UInt8]) {
        var left = attestations.count + branches.count
        func begin() {
            left -= 1
            if left > 0 { bytes.append(0xff) }
        }
        for attestation in attestations {
            begin()
            bytes.append(0)
            attestation.write(to: &bytes)
        }
        for branch in branches {
            begin()
            branch.step.write(to: &bytes)
            branch.tree.write(to: &bytes)
        }
    }

    /// Calls `body` with each attestation, its message and the steps to it, in the written order.
    func forEach(
        from message: [UInt8], _ body: (Attestation, [UInt8], [AttestationStep]) -> Void
    ) {
        forEach(from: message, after: [], body)
    }

    private func forEach(
        from message: [UInt8], after steps: [AttestationStep],
        _ body: (Attestation, [UInt8], [AttestationStep]) -> Void
    ) {
        for attestation in attestations { body(attestation, message, steps) }
        for branch in branches {
            guard let next = try? branch.step.result(of: message) else {
                preconditionFailure("a tree was read with its message, so each step has a result")
            }
            branch.tree.forEach(from: next, after: steps + [branch.step], body)
        }
    }
}

extension AttestationTree {
    /// Reads a tree whose first message is `message`.
    init(
        of message: [UInt8], from reader: inout AttestationReader
    ) throws(DetachedTimestampError) {
        var items = 0
        try self.init(of: message, from: &reader, depth: 1, items: &items)
    }

    private init(
        of message: [UInt8], from reader: inout AttestationReader, depth: Int, items: inout Int
    ) throws(DetachedTimestampError) {
        guard depth <= Self.depthLimit else { throw .tooDeep }
        var tag = try reader.byte()
        while tag == 0xff {
            try readItem(reader.byte(), of: message, from: &reader, depth: depth, items: &items)
            tag = try reader.byte()
        }
        try readItem(tag, of: message, from: &reader, depth: depth, items: &items)
        try putInOrder()
    }

    private mutating func readItem(
        _ tag: UInt8, of message: [UInt8], from reader: inout AttestationReader, depth: Int,
        items: inout Int
    ) throws(DetachedTimestampError) {
        items += 1
        guard items <= Self.itemLimit else { throw .tooMany(limit: Self.itemLimit) }
        guard tag != 0 else {
            attestations.append(try Attestation(from: &reader))
            return
        }
        let step = try AttestationStep(tag, from: &reader)
        let result = try step.result(of: message)
        let tree = try AttestationTree(
            of: result, from: &reader, depth: depth + 1, items: &items)
        branches.append(Branch(step: step, tree: tree))
    }

    private mutating func putInOrder() throws(DetachedTimestampError) {
        attestations.sort()
        branches.sort { $0.step < $1.step }
        let isTwice =
            zip(attestations, attestations.dropFirst()).contains { $0 == $1 }
            || zip(branches, branches.dropFirst()).contains { $0.step == $1.step }
        if isTwice { throw .twice }
    }
}

extension AttestationTree {
    /// Adds what `other`, a tree of the same message, attests beside.
    mutating func merge(_ other: AttestationTree) {
        for attestation in other.attestations where !attestations.contains(attestation) {
            attestations.append(attestation)
        }
        attestations.sort()
        for branch in other.branches {
            if let index = branches.firstIndex(where: { $0.step == branch.step }) {
                branches[index].tree.merge(branch.tree)
            } else {
                branches.append(branch)
            }
        }
        branches.sort { $0.step < $1.step }
    }

    /// Adds `other` wherever a calendar's promise stands at the message `place`; returns whether
    /// one does.
    mutating func merge(_ other: AttestationTree, at place: [UInt8], from message: [UInt8]) -> Bool
    {
        var isFound = false
        for index in branches.indices {
            guard let next = try? branches[index].step.result(of: message) else {
                preconditionFailure("a tree was read with its message, so each step has a result")
            }
            if branches[index].tree.merge(other, at: place, from: next) { isFound = true }
        }
        let isPending = attestations.contains { $0.tag == Attestation.pendingTag }
        if isPending, message == place {
            merge(other)
            isFound = true
        }
        return isFound
    }
}
