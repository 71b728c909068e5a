package import Provenance

/// Holds records back until they may go to the ledger.
///
/// One is made for each pass of a sync, so that it decides by what is so now.
package protocol RecordGate: Sendable {
    /// Why a record must wait, in words for a person; nil where it may go.
    func hold(_ record: TransparentStatement) async -> String?
}
