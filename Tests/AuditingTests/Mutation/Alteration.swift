import Auditing
import Checkpoints
import HTTPCalls
import LogReader
import Merkle
import Testing
import TestLedger
import TestSupport

/// A kind of object that a log consists of, each of which somebody can alter.
enum LoggedObject: String, CaseIterable {
    case checkpoint, previousCheckpoint
    case leafTile, upperTile, partialTile
    case bundle, partialBundle
    case manifests, partialManifests
    /// A partial file of the size before, which readers of the older checkpoint ask for.
    case olderPartial
    case anchors, control, receiptKeys
    /// What the entries say, in a log that is signed anew.
    case entries
    /// The heads of a log, one after the other.
    case history

    /// Returns what a file of a log of `size` is; nil for one of no kind that is known here.
    init?(_ path: String, size: UInt64) {
        switch path {
        case "checkpoint": self = .checkpoint
        case "checkpoint.previous": self = .previousCheckpoint
        case StaticLayout.control: self = .control
        case StaticLayout.receiptKeys: self = .receiptKeys
        default:
            guard let kind = Self.kind(path, size) else { return nil }
            self = kind
        }
    }

    private static func kind(_ path: String, _ size: UInt64) -> LoggedObject? {
        if path.hasPrefix("anchors/") { return .anchors }
        let isManifests = path.hasPrefix("manifests/")
        let name = isManifests ? "tile/entries/" + path.dropFirst("manifests/".count) : path
        switch try? TilePath(parsing: name) {
        case .tile(let id, let width):
            guard id.width(in: size) == width else { return .olderPartial }
            guard id.level == 0 else { return .upperTile }
            return width == TileID.width ? .leafTile : .partialTile
        case .entries(let index, let width):
            guard width < TileID.width else { return isManifests ? .manifests : .bundle }
            let isNewest = TileID(level: 0, index: index).width(in: size) == width
            return isNewest ? (isManifests ? .partialManifests : .partialBundle) : .olderPartial
        case nil: return nil
        }
    }
}

/// Something that is done to a recorded log, and what an audit must say of it.
struct Alteration: Sendable, CustomTestStringConvertible {
    /// What an audit must say.
    enum Expected: Sendable {
        /// This finding, at an entry.
        case entry(AuditRule, UInt64)

        /// This finding, at a head of this size.
        case head(AuditRule, UInt64)

        /// This finding, in the file whose name ends so, or has it.
        case file(AuditRule, String)

        /// It could not come to its end, and names the file.
        case unreadable(String)

        /// It is not checked here, and the report has these words.
        case unchecked(String)

        /// Nothing, for an audit has no use of it; the words say why that is right.
        case unused(String)
    }

    /// One audit: what is done to the log before it, and seconds after the log was recorded.
    struct Step: Sendable {
        var seconds: UInt64 = 0
        let change: @Sendable (inout RecordedLog) throws -> Void
    }

    let name: String
    let object: LoggedObject
    let steps: [Step]
    let expected: @Sendable (RecordedLog) throws -> Expected

    var testDescription: String { "\(object.rawValue): \(name)" }

    /// What an audit says at once.
    init(
        _ object: LoggedObject, _ name: String,
        _ expected: @escaping @Sendable (RecordedLog) throws -> Expected,
        change: @escaping @Sendable (inout RecordedLog) throws -> Void
    ) {
        (self.object, self.name, self.expected) = (object, name, expected)
        steps = [Step(change: change)]
    }

    /// What an audit says that has seen the log before.
    init(
        _ object: LoggedObject, _ name: String, steps: [Step],
        _ expected: @escaping @Sendable (RecordedLog) throws -> Expected
    ) {
        (self.object, self.name, self.steps, self.expected) = (object, name, steps, expected)
    }

    /// All of them.
    static let all = files + lists + entries + controls + histories
}

extension Alteration.Expected {
    /// The rule that is broken; nil where none is.
    var rule: AuditRule? {
        switch self {
        case .entry(let rule, _), .head(let rule, _), .file(let rule, _): rule
        case .unreadable, .unchecked, .unused: nil
        }
    }

    /// Whether a finding is the one that is expected.
    func isMet(by finding: AuditFinding) -> Bool {
        guard finding.rule == rule else { return false }
        switch (self, finding.place) {
        case (.entry(_, let index), .entry(let place)): return index == place
        case (.head(_, let size), .head(let place)): return size == place
        case (.file(_, let name), .file(let place)): return place.contains(name)
        default: return false
        }
    }
}

/// A log in memory, file by file.
struct RecordedSource: LogSource {
    let files: [String: [UInt8]]

    /// Paths at which each look fails.
    let failing: Set<String>

    /// The files of a log as it is now.
    init(_ log: RecordedLog) { (files, failing) = (log.files, log.failing) }

    func location(of path: String) -> String { "recorded:\(path)" }

    func bytes(of file: LogFile, limit: Int) async throws(LogError) -> [UInt8]? {
        guard !failing.contains(file.path) else {
            throw .service(place(of: file), .unreachable("cannot be looked at"))
        }
        guard let bytes = files[file.path], bytes.count > limit else { return files[file.path] }
        throw .tooLarge(place(of: file), limit: limit)
    }
}
