import Merkle
import Provenance

/// A statement with the names that the store finds it by.
struct NamedStatement: Sendable {
    let statement: Statement

    /// Its key in `nonces`: one statement only may have it.
    let nonce: Hash

    init(_ statement: Statement) {
        self.statement = statement
        nonce = StoreLayout.nonce(of: statement)
    }

    /// Its key in `ids`.
    var name: Hash { statement.id.hash }
}
