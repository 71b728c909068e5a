import Encoding
import Manifests

/// What a leaf of a ledger's log is, of the kinds that a reader of the log tells apart.
package enum LeafKind: Sendable {
    /// A statement about a work, or a control statement.
    case statement(Statement)

    /// An index head.
    case indexHead(IndexHead)

    /// Takes a leaf apart once for both kinds; nil for bytes that are neither, and for an entry of
    /// a type that is not known here.
    package init?(leaf: [UInt8]) {
        guard let form = try? TransportForm(leaf), form.message.unprotected.isEmpty else {
            return nil
        }
        do throws(Refusal) {
            self = .statement(try Statement(form, requiringLeaf: true))
        } catch {
            // A type that statements do not have.
            guard error.reason == .unknownType, let head = try? IndexHead(form) else { return nil }
            self = .indexHead(head)
        }
    }
}
