import Encoding
import Manifests
import Settings
import Studio

/// Finds actions that were meant to be C2PA's and are none.
///
/// Of an action that nobody knows it is not known what it does to a picture, so no distance from a
/// parent is doubted by it: a misspelt one would switch that off in silence.
enum ActionNames {
    /// The names of C2PA begin so.
    private static let prefix = "c2pa."

    private static let known = StatedChange.knownActions.map(\.string)

    /// Warns of each action that a draft, or the file at `path`, names wrongly.
    static func warn(_ draft: ProvenanceDraft, _ path: String?, _ console: Console) {
        let written = (draft.extra["actions"]?.array ?? []).compactMap(\.text)
        warn(draft.actions, nil, console)
        warn(written, path, console)
    }

    /// Warns of each of these that is named wrongly; `path` is the file that has them.
    static func warn(_ actions: [Text], _ path: String?, _ console: Console) {
        for action in actions {
            guard let words = doubt(of: action.string) else { continue }
            console.warn(path ?? "--action", words)
        }
    }

    /// What is wrong with the name of an action; nil where it is one of C2PA, or none of its kind.
    private static func doubt(of action: String) -> String? {
        guard !known.contains(action) else { return nil }
        let meant = action.lowercased()
        // What another vendor has named begins with the vendor's name.
        let near = NearNames.like(meant, among: known.map { $0.lowercased() }).first
        let name = near.flatMap { near in known.first { $0.lowercased() == near } }
        guard meant.hasPrefix(prefix) || name != nil else { return nil }
        return "\"\(action)\" is no action of C2PA that is known here"
            + (name.map { ": did you mean \($0)?" } ?? "")
            + "; nothing is said to be too far from its parent by it"
    }
}
