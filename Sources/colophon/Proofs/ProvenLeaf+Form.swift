import Encoding
import LogReader
import Studio

/// What is said of a proven leaf that is no statement known here: the log has it, and its form is
/// wrong, or newer than this program.
extension ProvenLeaf {
    /// The type that only a newer version reads; nil of all others.
    var newerType: Text? { illFormed?.newerType }

    /// The rule that it breaks; nil of a statement, of a newer one, and of what nobody has read.
    var formFault: String? { newerType == nil ? illFormed.map { "\($0.refusal)" } : nil }

    /// The same among the facts of an entry.
    var formClaim: Claims.Claim? {
        let words =
            newerType.map { "not known to this program, which is older than the type \($0)" }
            ?? formFault.map { "WRONG, this is no statement: \($0)" }
        return words.map { Claims.Claim(name: "form", value: $0) }
    }

    /// Tells a person, also where the result goes into a file.
    func warn(_ console: Console) {
        let place = "entry \(proof.index)"
        if let newerType {
            console.warn(
                place,
                "the log has it, and it is of type \(newerType), which this program does not know; "
                    + "a newer program does")
        }
        guard let formFault else { return }
        console.warn(
            place, "the log has it, and its form is wrong: it is no statement: \(formFault)")
    }
}
