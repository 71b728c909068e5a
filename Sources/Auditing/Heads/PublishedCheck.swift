import Checkpoints
import Encoding
package import LogReader
package import Provenance

/// Holds the lists that a source publishes beside the log to what the leaves say: all control
/// statements, and the keys of receipts.
///
/// Both may be newer than the head (log.md §5): what is more than the leaves have must follow from
/// it.
package struct PublishedCheck: Sendable {
    private let source: any LogSource
    private let isFresh: Bool

    /// Reads from `source`; what lies in between may give an old answer unless it `isFresh`.
    package init(_ source: any LogSource, isFresh: Bool = false) {
        (self.source, self.isFresh) = (source, isFresh)
    }

    /// What was found, and what was not checked.
    package typealias Result = (findings: [AuditFinding], unchecked: [String])

    /// Compares the lists with the registry that was replayed from the leaves.
    package func run(_ registry: Registry) async throws(LogError) -> Result {
        var result: Result = ([], [])
        let newest = try await checkControls(registry, &result)
        let keys = LogLayout.tiles.file(.receiptKeys)
        if let bytes = try await bytes(keys, Self.keysLimit, "the list of receipt keys", &result),
            !Self.lists(bytes, registry, upTo: newest)
        {
            result.findings.append(
                AuditFinding(
                    .published, .file(keys.path), "does not list the receipt keys of the registry"))
        }
        return result
    }

    /// Compares the list of control statements; returns the registry after the last of them.
    private func checkControls(
        _ registry: Registry, _ result: inout Result
    ) async throws(LogError) -> Registry {
        let file = LogLayout.tiles.file(.control)
        guard
            let bytes = try await bytes(
                file, ControlHint.byteLimit, "the list of control statements", &result)
        else { return registry }
        do throws(ControlHintError) {
            let hint = try ControlHint(bytes, genesis: registry.genesis)
            let place = Int(clamping: registry.sequence) - 1
            // Each statement names the one before it: where the newest is the same, all are.
            if hint.statements.indices.contains(place),
                hint.statements[place] == registry.newest
            {
                return hint.registry
            }
            result.findings.append(
                AuditFinding(
                    .published, .file(file.path),
                    "does not have control statement \(place), \(registry.newest)"))
        } catch {
            result.findings.append(AuditFinding(.published, .file(file.path), "\(error)"))
        }
        return registry
    }

    /// Reads a list; nil where there is none, or what can be none.
    private func bytes(
        _ file: LogFile, _ limit: Int, _ what: String, _ result: inout Result
    ) async throws(LogError) -> [UInt8]? {
        do throws(LogError) {
            let bytes =
                isFresh
                ? try await source.freshBytes(of: file, limit: limit)
                : try await source.bytes(of: file, limit: limit)
            if bytes == nil { result.unchecked.append("\(what): the source does not serve it") }
            return bytes
        } catch {
            guard error.meaning == .wrong else { throw error }
            result.findings.append(
                AuditFinding(.published, .file(file.path), error.reason))
            return nil
        }
    }

    /// Bytes of the list of receipt keys: a thousand keys of the longest kind.
    private static let keysLimit = 4 << 20

    /// Whether a list has all receipt keys of one registry, and none that a newer one has not.
    private static func lists(
        _ bytes: [UInt8], _ registry: Registry, upTo newest: Registry
    ) -> Bool {
        guard let members = (try? CBOR.decode(bytes))?.arrayValue else { return false }
        let all = newest.receiptKeys.terms.map(\.key.keySetMember)
        return members.count >= registry.receiptKeys.terms.count
            && members.count <= all.count && members.elementsEqual(all.prefix(members.count))
    }
}
