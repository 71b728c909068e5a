import Encoding
import Manifests
import Studio
import TestLedger
import TestSupport

extension TemporaryFolder {
    /// Signs a work that consists of its name, beside its record, and returns the record's path.
    func signWork(_ name: String, by fixture: LedgerFixture) throws -> String {
        let work = try write(name, to: name)
        var draft = ProvenanceDraft()
        draft.creator = "Ana Example"
        draft.record = RecordText(title: Text(name))
        let place = try NewRecordFile(beside: work)
        try place.write(
            Signer(issuer: LedgerFixture.berlin, key: fixture.pop)
                .sign(draft, of: Artifact(reading: work)))
        return place.path
    }
}
