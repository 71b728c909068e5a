import LogReader
import Studio

/// What is said of a proven leaf that is no statement: the log has it, and its form is wrong.
extension ProvenLeaf {
    /// The rule that it breaks; nil of a statement, and of what nobody has read.
    var formFault: String? { illFormed.map { "\($0.refusal)" } }

    /// The same among the facts of an entry.
    var formClaim: Claims.Claim? {
        formFault.map { Claims.Claim(name: "form", value: "WRONG, this is no statement: \($0)") }
    }

    /// Tells a person, also where the result goes into a file.
    func warn(_ console: Console) {
        guard let formFault else { return }
        console.warn(
            "entry \(proof.index)",
            "the log has it, and its form is wrong: it is no statement: \(formFault)")
    }
}
