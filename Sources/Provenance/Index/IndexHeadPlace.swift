import Checkpoints
public import Encoding
public import Manifests
public import Merkle

/// What a log shows of the place at which an index head stands, or is to stand (index.md §9).
///
/// For those who have the log: the ledger at its sequencer, `fsck`, an auditor. All of them ask
/// ``check(_:tree:coversOther:isPublished:)``, so all come to the same answer.
public struct IndexHeadPlace: Sendable {
    /// The index at which the head stands: the number of entries below it.
    public let index: UInt64

    /// The ledger's origin.
    public let origin: Text

    /// The EntryID of entry 0.
    public let genesis: EntryID

    /// The newest head below `index`; nil where there is none.
    public private(set) var previous: IndexHead?

    private let ledgerKey: COSEKey

    /// Describes a place by the registry below it, whose newest ledger key is the one in force: the
    /// order of the control statements decides, and no tree size.
    public init(_ index: UInt64, below registry: Registry, after previous: IndexHead?) {
        self.index = index
        origin = registry.origin.text
        genesis = registry.genesis
        ledgerKey = registry.ledgerKeys.current
        self.previous = previous
    }

    /// Returns the same place behind another head, for whoever finds the registry first and the
    /// heads in their order later.
    public func after(_ previous: IndexHead?) -> IndexHeadPlace {
        var place = self
        place.previous = previous
        return place
    }

    /// Checks that `head` may stand here.
    ///
    /// - Parameters:
    ///   - head: The head.
    ///   - tree: The root of the log's first ``IndexHead/size`` entries; nil where the log has
    ///     fewer.
    ///   - coversOther: Whether one of the entries that the head covers and the one before does not
    ///     is no index head.
    ///   - isPublished: Whether the log has published a checkpoint of that size; nil where only
    ///     leaves are known.
    public func check(
        _ head: IndexHead, tree: Hash?, coversOther: Bool, isPublished: Bool? = nil
    ) throws(IndexHeadFault) {
        try checkSigner(of: head)
        let covered = previous?.size ?? 0
        guard head.size > covered else { throw .coversNoMore(size: head.size, before: covered) }
        guard let tree else {
            preconditionFailure("a log of \(index) entries has a root of \(head.size)")
        }
        guard head.tree == tree else { throw .otherTree(size: head.size) }
        if isPublished == false { throw .unpublished(size: head.size) }
        try checkChain(of: head)
        let earliest = previous?.issuedAt ?? 0
        guard head.issuedAt >= earliest else {
            throw .earlier(head.issuedAt, than: earliest)
        }
        guard coversOther else { throw .coversHeadsOnly(from: covered, to: head.size) }
    }

    /// Checks what a head shows without the log: the ledger, its key, and that it does not cover
    /// itself.
    ///
    /// For who reads one head and not those before it.
    public func checkSigner(of head: IndexHead) throws(IndexHeadFault) {
        guard head.origin == origin else { throw .otherLedger(head.origin) }
        try checkSignature(of: head)
        guard head.size <= index else { throw .aboveLog(size: head.size, index: index) }
    }

    /// Whether one of the entries from `start` to below `end` is no index head; true where there is
    /// no such entry.
    ///
    /// Takes a few looks at the places, however many there are: whoever judges all heads of a log
    /// asks it for each.
    ///
    /// - Parameter heads: where index heads stand, rising, each once.
    package static func hasOther(
        than heads: some RandomAccessCollection<UInt64>, from start: UInt64, to end: UInt64
    ) -> Bool {
        guard start < end else { return true }
        let count = number(of: heads, below: end) - number(of: heads, below: start)
        return UInt64(count) < end - start
    }

    private static func number(
        of heads: some RandomAccessCollection<UInt64>, below end: UInt64
    ) -> Int {
        var (low, high) = (0, heads.count)
        while low < high {
            let middle = low + (high - low) / 2
            let place = heads[heads.index(heads.startIndex, offsetBy: middle)]
            if place < end { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func checkSignature(of head: IndexHead) throws(IndexHeadFault) {
        guard head.keyID == ledgerKey.keyID else { throw .otherKey }
        do throws(Refusal) {
            try head.checkSignature(by: ledgerKey)
        } catch {
            throw .signature(error)
        }
    }

    private func checkChain(of head: IndexHead) throws(IndexHeadFault) {
        guard head.chain.id == IndexHead.chainID(of: genesis) else { throw .otherChain }
        let sequence = previous.map { $0.chain.sequence + 1 } ?? 0
        guard head.chain.sequence == sequence else {
            throw .sequence(head.chain.sequence, expected: sequence)
        }
        let newest = previous?.id.hash ?? .zero
        guard head.chain.previous == newest else { throw .otherPrevious(expected: newest) }
    }
}

/// Why an index head must not stand at its place in a log.
///
/// A ledger does not log such a head; one that has is shown to have broken its rules.
public enum IndexHeadFault: Error, Hashable, Sendable {
    /// It is about the log of another origin.
    case otherLedger(Text)

    /// The ledger key in force below its index did not sign it.
    case otherKey

    /// The signature does not verify.
    case signature(Refusal)

    /// It covers more entries than stand below it.
    case aboveLog(size: UInt64, index: UInt64)

    /// It covers no more entries than the head before.
    case coversNoMore(size: UInt64, before: UInt64)

    /// Its tree is not that of the log at its size.
    case otherTree(size: UInt64)

    /// No checkpoint of its size was published, so nobody could check its tree.
    case unpublished(size: UInt64)

    /// Its chain is not that of this ledger's index heads.
    case otherChain

    /// Its number in the chain does not follow that of the head before.
    case sequence(UInt64, expected: UInt64)

    /// It does not name the head before.
    case otherPrevious(expected: Hash)

    /// It says that it is older than the head before.
    case earlier(UInt64, than: UInt64)

    /// All entries that it covers and the head before does not are index heads.
    case coversHeadsOnly(from: UInt64, to: UInt64)
}

extension IndexHeadFault: CustomStringConvertible {
    /// The header and the rule that is broken, in words.
    public var description: String {
        switch self {
        case .otherLedger(let origin): "aud: is \(origin), another ledger"
        case .otherKey: "kid: must be the ledger key in force"
        case .signature(let error): "\(error)"
        case .aboveLog(let size, let index):
            "payload: covers \(size) entries, and \(index) stand below it"
        case .coversNoMore(let size, let before):
            "payload: covers \(size) entries, and the head before covers \(before)"
        case .otherTree(let size): "payload: names another tree than the log has at size \(size)"
        case .unpublished(let size): "payload: no checkpoint of size \(size) was published"
        case .otherChain: "chain.id: must be that of this ledger's index heads"
        case .sequence(let number, let expected): "chain.seq: is \(number), must be \(expected)"
        case .otherPrevious(let expected):
            "chain.prev: must name the head before, \(EntryID(expected))"
        case .earlier(let time, let before):
            "iat: is \(Instant(time)), before that of the head before, \(Instant(before))"
        case .coversHeadsOnly(let from, let to):
            "payload: entries \(from) to \(to - 1) are index heads: nothing new is covered"
        }
    }
}
