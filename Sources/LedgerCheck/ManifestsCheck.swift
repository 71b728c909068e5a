import LedgerStore
import Merkle
import Provenance
import RocksDB

/// Compares the manifests of one chunk of entries with the digests in their leaves.
struct ManifestsCheck {
    private let check: StoreCheck
    private let first: UInt64
    private let payloads: [Hash]
    private let unknown: Set<UInt64>
    private let erased: ErasedManifests
    private var tally = CheckTally()
    private var next: UInt64

    /// - Parameters:
    ///   - payloads: the digest that each leaf has; zero where an entry has no manifest.
    ///   - unknown: entries whose leaves are not the logged ones, so that nothing is known of them.
    ///   - erased: manifests of which no entry may have the bytes.
    init(
        _ check: StoreCheck, first: UInt64, payloads: [Hash], _ unknown: Set<UInt64>,
        _ erased: ErasedManifests
    ) {
        self.erased = erased
        self.check = check
        self.first = first
        self.payloads = payloads
        self.unknown = unknown
        next = first
    }

    private var end: UInt64 { first + UInt64(payloads.count) }

    mutating func run() throws(LedgerError) -> CheckTally {
        let isLast = end == check.bounds.size
        let isCutShort = try check.store.forEachRowAndGap(
            in: .manifests, from: first == 0 ? nil : StoreLayout.key(first),
            to: isLast ? nil : StoreLayout.key(end)
        ) { key, row, isAfterGap in take(key, row, isAfterGap) }
        skip(to: end, isUnreadable: isCutShort)
        return tally
    }

    private mutating func take(_ key: Span<UInt8>, _ row: Span<UInt8>, _ isAfterGap: Bool) {
        tally.rows[.manifests, default: 0] += 1
        guard let index = StoreLayout.number(key) else {
            return check.malformed(.manifests, key.copied(), "is not an index of 8 bytes")
        }
        guard index < end else {
            skip(to: end, isUnreadable: isAfterGap)
            return check.beyond(index, .manifests, key.copied())
        }
        skip(to: index, isUnreadable: isAfterGap)
        next = index + 1
        guard !unknown.contains(index) else { return }
        let payload = payloads[Int(index - first)]
        guard payload != .zero else {
            return add(index, .extra, "a control statement holds its manifest itself")
        }
        guard row.count > 0 else { return add(index, .malformed, "is empty") }
        let content = row.extracting(1..<row.count)
        switch row[0] {
        case 0:
            guard Hash.sha256(content) == payload else {
                return add(index, .manifest, "is not the one whose digest the leaf has")
            }
            if let erasure = erased.erasure(of: payload) {
                add(index, .erasure, "is still there, which entry \(erasure) erases")
            }
        case 1:
            guard let erasure = Hash(content) else {
                return add(index, .malformed, "must name the erasure in 32 bytes")
            }
            tally.tombstones.append(
                CheckTally.Tombstone(index: index, payload: payload, by: EntryID(erasure)))
        case 2:
            // The entry came back from somewhere that did not have its manifest.
            guard content.isEmpty else {
                return add(index, .malformed, "has something after the byte 2")
            }
            // Where it is erased, the mark of that comes behind the sequencer.
            guard erased.erasure(of: payload) == nil else { return }
            tally.missingManifests += 1
            if tally.firstMissing.count < CheckReport.missingLimit {
                tally.firstMissing.append(index)
            }
        default:
            add(index, .malformed, "begins with none of 0, 1 and 2")
        }
    }

    private mutating func skip(to index: UInt64, isUnreadable: Bool) {
        while next < index {
            if !isUnreadable, !unknown.contains(next), payloads[Int(next - first)] != .zero {
                add(next, .missing, "has neither a manifest nor the mark of an erasure")
            }
            next += 1
        }
    }

    private func add(_ index: UInt64, _ rule: CheckFinding.Rule, _ detail: String) {
        check.findings.add(.manifests, "\(index)", rule, detail)
    }
}
