import Encoding
import Merkle
import Provenance
import TestLog

/// What is wrong with an index head that stands behind another one (index.md §9).
enum HeadFault {
    /// It is of another ledger.
    case otherLedger

    /// A key signed it that is not the ledger key.
    case otherKey

    /// It covers entries that do not stand below it.
    case aboveLog

    /// It covers what the head before it covers: with the same map, or with another one.
    case coversNoMore, otherMap

    /// It names another tree than that of the log.
    case otherTree

    /// It is of another chain.
    case otherChain

    /// It begins another chain, so its number is that of the first head.
    case secondChain

    /// Its number is that of the head before it, or leaves one out.
    case sameNumber, skippedNumber

    /// It names another head before it.
    case otherPrevious

    /// Its time is before that of the head before it.
    case earlier

    /// There is no entry between the two.
    case coversHeadsOnly
}

extension MemoryLedger {
    /// Logs some works.
    mutating func addPrints(_ count: Int = 1) throws {
        for _ in 0..<count { try add("print \(size)") }
    }

    /// Logs an index head, three works, and a head with a fault; returns where the latter stands.
    @discardableResult
    mutating func addIndexHeads(second fault: HeadFault) throws -> UInt64 {
        let first = try addIndexHead()
        if fault != .coversHeadsOnly { try addPrints(3) }
        let isOld = fault == .coversNoMore || fault == .otherMap
        let index = size
        let signer = fault == .otherKey ? pop : ledger
        try addIndexHead(isOld ? first.size : size, by: signer) { draft in
            let chain = draft.chain
            func with(
                id: [UInt8]? = nil, sequence: UInt64? = nil, previous: Hash? = nil
            ) throws -> IndexHeadDraft {
                draft.with(
                    chain: try Chain(
                        id: id ?? chain.id, sequence: sequence ?? chain.sequence,
                        previous: previous ?? chain.previous))
            }
            return switch fault {
            case .otherLedger: draft.with(origin: "another.example/prints")
            case .aboveLog: draft.with(size: draft.size + 5)
            case .otherMap: draft.with(map: .sha256([1]))
            case .otherTree: draft.with(tree: .sha256([1]))
            case .otherChain: try with(id: Array(repeating: 7, count: 16))
            case .secondChain:
                try with(
                    id: Array(repeating: 7, count: 16), sequence: first.chain.sequence,
                    previous: first.chain.previous)
            case .sameNumber: draft.with(chain: first.chain)
            case .skippedNumber: try with(sequence: chain.sequence + 1)
            case .otherPrevious: try with(previous: .sha256([2]))
            case .earlier: draft.with(issuedAt: first.issuedAt - 1)
            case .otherKey, .coversNoMore, .coversHeadsOnly: draft
            }
        }
        return index
    }
}
