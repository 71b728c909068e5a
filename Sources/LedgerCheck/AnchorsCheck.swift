import Checkpoints
import LedgerStore
import Manifests
import Merkle
import OpenTimestamps
import Provenance
import RocksDB
import Timestamping

/// Checks the evidence about the heads of one range of sizes: each row is about a head that is
/// there, in the note key's own words, and its evidence is about that.
///
/// Whose evidence it is, and whether it is to be believed, is not asked: that takes the trust of
/// whoever reads it.
struct AnchorsCheck {
    private let check: StoreCheck

    /// Nil where the registry does not fold: then signatures are not checked here.
    private let verifier: HeadVerifier?

    init(_ check: StoreCheck, _ verifier: HeadVerifier?) {
        self.check = check
        self.verifier = verifier
    }

    /// The head that rows are about, as the first of them has it.
    private struct Dated {
        let key: [UInt8]
        let size: UInt64
        let checkpoint: SignedCheckpoint
        let bytes: [UInt8]
    }

    func run(from first: UInt64) throws(LedgerError) -> CheckTally {
        let end = first + HeadsCheck.range
        var tally = CheckTally()
        var dated: [Dated] = []
        // Each row is judged alone, and that one is missing is never said.
        _ = try check.store.forEachRow(
            in: .anchors, from: first == 0 ? nil : StoreLayout.key(first),
            to: end > check.bounds.size ? nil : StoreLayout.key(end)
        ) { key, value in
            tally.rows[.anchors, default: 0] += 1
            guard let found = read(key.copied(), value.copied(), as: dated.last) else { return }
            // Rows of one head lie beside each other, and mostly have the same bytes.
            if dated.last?.size != found.size || dated.last?.bytes != found.bytes {
                dated.append(found)
            }
        }
        let tiles = CheckedTiles(check)
        for head in dated { try checkHead(head, tiles) }
        return tally
    }

    // MARK: - The row alone

    /// Reads a row and returns the head that it is about; `last` was the row before.
    private func read(_ key: [UInt8], _ value: [UInt8], as last: Dated?) -> Dated? {
        guard let name = AnchorRow.Key(key) else {
            if key.count == AnchorRow.Key.byteCount {
                check.findings.add(
                    .anchors, StoreLayout.describe(key, in: .anchors), .unknown,
                    "is no kind of evidence that this program knows")
            } else {
                check.malformed(.anchors, key, "is not size, kind and source")
            }
            return nil
        }
        guard name.size > 0, name.size <= check.bounds.size else {
            check.beyond(name.size > 0 ? name.size - 1 : .max, .anchors, key)
            return nil
        }
        let row: AnchorRow
        do throws(LedgerError) {
            row = try AnchorRow(name, value: value)
        } catch {
            check.malformed(.anchors, key, "\(error)")
            return nil
        }
        if let fault = Self.fault(of: row) { check.malformed(.anchors, key, fault) }
        if let last, last.size == row.size, last.bytes == row.checkpoint { return last }
        guard let checkpoint = try? SignedCheckpoint(parsing: row.checkpoint),
            checkpoint.note.signatures.count == 1, checkpoint.claim.size == row.size
        else {
            check.malformed(
                .anchors, key, "its checkpoint is not one of this size with one signature line")
            return nil
        }
        return Dated(key: key, size: row.size, checkpoint: checkpoint, bytes: row.checkpoint)
    }

    /// What is wrong with the evidence, as far as that is said without trusting anybody.
    private static func fault(of row: AnchorRow) -> String? {
        let digest = Hash.sha256(row.checkpoint)
        return switch row.kind {
        case .timestamp: fault(ofTokenIn: row, about: digest)
        case .openTimestamps: fault(ofProofIn: row, about: digest)
        }
    }

    private static func fault(ofTokenIn row: AnchorRow, about digest: Hash) -> String? {
        guard row.state == .complete else { return "a token is never \(row.state)" }
        do throws(TimestampRefusal) {
            let token = try TimestampToken(row.evidence)
            guard Libcrypto.isSound else { return nil }
            guard let words = try token.words(), words.digest == digest else {
                return "its token is about another digest"
            }
            return words.bound == row.time ? nil : "its token has another time"
        } catch {
            return "its token cannot be read: \(error)"
        }
    }

    private static func fault(ofProofIn row: AnchorRow, about digest: Hash) -> String? {
        do throws(DetachedTimestampError) {
            let proof = try DetachedTimestamp(parsing: row.evidence)
            guard proof.digest == digest else { return "its proof is about another digest" }
            guard proof.isComplete == (row.state == .complete) else {
                return proof.isComplete
                    ? "its proof leads to a block and is called \(row.state)"
                    : "its proof leads to no block and is called complete"
            }
            return nil
        } catch {
            return "its proof cannot be read: \(error)"
        }
    }

    // MARK: - The head

    private func checkHead(_ dated: Dated, _ tiles: CheckedTiles) throws(LedgerError) {
        if let root = try tiles.root(size: dated.size), root != dated.checkpoint.claim.root {
            add(dated, .root, "its root is not that of the tree at this size")
        }
        if let verifier {
            do throws(Refusal) {
                _ = try verifier.head(of: dated.bytes)
            } catch {
                add(dated, .note, "\(error)")
            }
        }
        switch try check.store.row(StoreLayout.key(dated.size), in: .heads) {
        case .absent: add(dated, .missing, "the head of this size is not there")
        case .unreadable: break
        case .value(let value):
            // What is wrong with the head itself is a finding of its own.
            guard let head = try? HeadRow(size: dated.size, value: value),
                let note = try? head.signedCheckpoint()?.note
            else { return }
            if note.text != dated.checkpoint.note.text {
                add(dated, .note, "is about another note than the head's")
            }
        }
    }

    private func add(_ dated: Dated, _ rule: CheckFinding.Rule, _ detail: String) {
        check.findings.add(
            .anchors, StoreLayout.describe(dated.key, in: .anchors), rule, detail)
    }
}
