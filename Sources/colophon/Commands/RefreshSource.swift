import Checkpoints
import HTTPCalls

/// What records are refreshed from.
enum RefreshSource {
    /// The ledger at an address.
    case ledger(ServiceURL)

    /// A copy of the log in a folder, of a ledger with this origin.
    case copy(String, Origin)

    /// Where it is, for words.
    var place: String {
        switch self {
        case .ledger(let url): "\(url)"
        case .copy(let folder, _): folder
        }
    }

    /// The address at which a newer kit is asked for.
    var ledger: String {
        switch self {
        case .ledger(let url): "\(url)"
        case .copy(_, let origin): "https://\(origin)"
        }
    }

    /// Whether nobody is asked.
    var isCopy: Bool {
        if case .copy = self { true } else { false }
    }
}
