package import Checkpoints
import Merkle

/// What a path of the ledger names.
package enum LedgerResource: Hashable, Sendable {
    case front
    case trustKit
    case entries
    case batch
    case similar
    case entry(String)
    case statement(String)
    case transparent(String)
    case tlogProof(String)
    case manifest(String)
    case manifests(index: UInt64, width: Int)
    case subject(String)
    case threads
    case anchors
    case evidence(UInt64)
    case control
    case indexHead
    case complete
    case consistency
    case checkpoint
    case latestHead
    case head(String)
    case headBefore(String)
    case tile(TilePath)
    case scittKeys
    case scittKey(String)
    case health
    case readiness
    case metrics

    /// Reads the path below the origin's, without its leading slash.
    package init?(_ path: Substring) {
        if path == "entries" {
            self = .entries
            return
        }
        if let id = Self.plainEntry(path) {
            self = .entry(id)
            return
        }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        switch (parts.first, parts.count) {
        case ("entries", _): self.init(entryParts: parts)
        case ("tile", _):
            guard let tile = try? TilePath(parsing: String(path)) else { return nil }
            self = .tile(tile)
        case ("manifests", _):
            let bundle = "tile/entries/" + path.dropFirst("manifests/".count)
            guard case .entries(let index, let width)? = try? TilePath(parsing: bundle) else {
                return nil
            }
            self = .manifests(index: index, width: width)
        case ("anchors", 2...):
            let bundle = "tile/entries/" + path.dropFirst("anchors/".count)
            guard case .entries(let index, TileID.width)? = try? TilePath(parsing: bundle) else {
                return nil
            }
            self = .evidence(index)
        case ("search", 2) where parts[1] == "similar": self = .similar
        case ("subjects", 2): self = .subject(String(parts[1]))
        case ("heads", 2): self = parts[1] == "latest" ? .latestHead : .head(String(parts[1]))
        case ("heads", 3) where parts[1] == "before": self = .headBefore(String(parts[2]))
        case (let name?, 1): self.init(single: name)
        default: return nil
        }
    }

    /// Returns the id in `entries/ID`, the path that is asked for most.
    private static func plainEntry(_ path: Substring) -> String? {
        let bytes = path.utf8
        guard bytes.starts(with: "entries/".utf8) else { return nil }
        let id = bytes.dropFirst("entries/".utf8.count)
        return id.contains(UInt8(ascii: "/")) ? nil : String(Substring(id))
    }

    private init?(entryParts parts: [Substring]) {
        let id = parts.count > 1 ? String(parts[1]) : ""
        switch (parts.count, parts.last) {
        case (1, _): self = .entries
        case (2, _): self = .entry(id)
        case (3, "statement"): self = .statement(id)
        case (3, "transparent"): self = .transparent(id)
        case (3, "tlog-proof"): self = .tlogProof(id)
        case (3, "manifest"): self = .manifest(id)
        default: return nil
        }
    }

    private init?(single name: Substring) {
        switch name {
        case "": self = .front
        case "trust-kit": self = .trustKit
        case "batch": self = .batch
        case "threads": self = .threads
        case "anchors": self = .anchors
        case "control": self = .control
        case "index": self = .indexHead
        case "complete": self = .complete
        case "consistency": self = .consistency
        case "checkpoint": self = .checkpoint
        case "healthz": self = .health
        case "readyz": self = .readiness
        case "metrics": self = .metrics
        default: return nil
        }
    }

    /// Reads a path below `/.well-known/`, which stays at the root (RFC 8615).
    init?(wellKnown path: Substring) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.first == "scitt-keys" else { return nil }
        switch parts.count {
        case 1: self = .scittKeys
        case 2: self = .scittKey(String(parts[1]))
        default: return nil
        }
    }

    /// The name in metrics and logs: the same for all that differ only in a parameter.
    var pattern: String {
        switch self {
        case .front: "/"
        case .trustKit: "/trust-kit"
        case .entries: "/entries"
        case .batch: "/batch"
        case .similar: "/search/similar"
        case .entry: "/entries/{id}"
        case .statement: "/entries/{id}/statement"
        case .transparent: "/entries/{id}/transparent"
        case .tlogProof: "/entries/{id}/tlog-proof"
        case .manifest: "/entries/{id}/manifest"
        case .manifests: "/manifests/{N}"
        case .subject: "/subjects/{sha256}"
        case .threads: "/threads"
        case .anchors: "/anchors"
        case .evidence: "/anchors/{N}"
        case .control: "/control"
        case .indexHead: "/index"
        case .complete: "/complete"
        case .consistency: "/consistency"
        case .checkpoint: "/checkpoint"
        case .latestHead: "/heads/latest"
        case .head: "/heads/{size}"
        case .headBefore: "/heads/before/{time}"
        case .tile(.tile): "/tile/{L}/{N}"
        case .tile(.entries): "/tile/entries/{N}"
        case .scittKeys: "/.well-known/scitt-keys"
        case .scittKey: "/.well-known/scitt-keys/{kid}"
        case .health: "/healthz"
        case .readiness: "/readyz"
        case .metrics: "/metrics"
        }
    }
}
