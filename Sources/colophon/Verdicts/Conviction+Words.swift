import Checkpoints

extension Conviction {
    /// What the log has done, in words for an error.
    var words: String {
        let (older, newer) = (older.checkpoint.size, newer.checkpoint.size)
        return isOneSize
            ? "the log has signed two trees of size \(newer)"
            : "the log has signed a tree of size \(newer) that does not extend that of \(older)"
    }
}
