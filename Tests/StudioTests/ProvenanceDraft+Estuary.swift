import Encoding
import Studio

extension ProvenanceDraft {
    /// What says the least that a record must say.
    static var estuary: ProvenanceDraft {
        var draft = ProvenanceDraft()
        draft.creator = "Ana Example"
        draft.record = RecordText(title: "Estuary")
        return draft
    }
}
