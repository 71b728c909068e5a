import Checkpoints
import Encoding
import HTTPCalls
import LedgerClient
package import LogReader
import Manifests
import Merkle
import Provenance

/// What a log has beside its proofs.
extension ProvenLog {
    /// Returns the bytes of the entry at `index`, whatever they are, proven into the newest tree.
    package func leaf(at index: UInt64) async throws(ProvingError) -> [UInt8] {
        do throws(LogError) {
            return try await tree.entry(at: index)
        } catch {
            throw ProvingError(error)
        }
    }

    /// Returns the manifest of an entry, which must be the one that was signed; nil where there is
    /// none (any more).
    package func manifest(of leaf: ProvenLeaf) async throws(ProvingError) -> [UInt8]? {
        guard let statement = leaf.statement else { return nil }
        if let manifest = statement.controlManifest { return manifest.bytes }
        guard let bytes = try await served(statement, at: leaf.proof.index) else { return nil }
        guard Hash.sha256(bytes) == statement.manifestDigest else {
            throw .wrong("the manifest of entry \(statement.id)", reason: "is another one")
        }
        return bytes
    }

    private func served(
        _ statement: Statement, at index: UInt64
    ) async throws(ProvingError) -> [UInt8]? {
        guard let client else {
            do throws(LogError) {
                let width = UInt64(TileID.width)
                return try await tree.manifests(ofBundle: index / width)[Int(index % width)]
            } catch {
                throw ProvingError(error)
            }
        }
        let bytes: [UInt8]?
        do throws(CallError) {
            bytes = try await client.record(of: statement.id).bytes
        } catch {
            throw .ledger(error)
        }
        guard let bytes else { throw .notYet }
        do throws(Refusal) {
            return try TransparentStatement(bytes).manifest
        } catch {
            throw .wrong("the record of entry \(statement.id)", reason: "is none: \(error)")
        }
    }

    /// When the log signed its newest head, by its own signed word, in POSIX seconds; nil where
    /// nobody says.
    package func time() async throws(ProvingError) -> UInt64? {
        guard let kit = trust.kit else { return nil }
        for kit in [kit, trust.followed?.newer] where kit?.head == newest.checkpoint {
            return kit?.time
        }
        guard let client else { return nil }
        let first = try await served(
            kit.genesis, kit.controls[0].statement, at: 0, as: .receipt, from: client)
        return first.head.checkpoint == newest.checkpoint ? first.head.time : nil
    }

    /// Which files there are beside those that every log has.
    package func servedFiles() async throws(ProvingError) -> ServedFiles {
        do throws(LogError) {
            return try await tree.servedFiles()
        } catch {
            throw ProvingError(error)
        }
    }
}
