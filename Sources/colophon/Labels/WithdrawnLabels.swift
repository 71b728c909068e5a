import Encoding
import Manifests
import Provenance
import Studio

/// Finds labels that are likely on no print: those of withdrawals, and of what they withdraw.
///
/// Nothing is checked: whose word a withdrawal is, `colophon history` says.
struct WithdrawnLabels {
    private var labels: [(entry: Text, path: String)] = []

    /// The record that withdraws an entry, by the entry.
    private var withdrawals: [Text: String] = [:]

    /// Takes the record of a label.
    mutating func add(_ record: TransparentStatement, _ path: String) {
        labels.append((Text("\(record.statement.id)"), path))
        let manifest = record.manifest.flatMap { try? Manifest($0) }
        guard let facts = manifest.flatMap({ try? ProvenanceFacts($0) }), facts.event == "withdraw"
        else { return }
        withdrawals[Text("\(record.statement.id)")] = path
        for entry in facts.parents.compactMap(\.entry) where withdrawals[entry] == nil {
            withdrawals[entry] = path
        }
    }

    /// Warns of each.
    func warn(_ console: Console) {
        for (entry, path) in labels {
            guard let withdrawal = withdrawals[entry] else { continue }
            console.warn(
                path,
                withdrawal == path
                    ? "is a withdrawal, and gets a label all the same"
                    : "is withdrawn, says \(withdrawal), and gets a label all the same")
        }
    }
}
