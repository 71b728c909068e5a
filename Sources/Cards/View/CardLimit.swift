/// How much of a record's own text a card shows.
enum CardLimit {
    /// The most lines of the signed text.
    ///
    /// The longest text that a manifest may have takes 1,024 lines of words, and all else some 300.
    /// More are line breaks, which would push the rest of the card out of sight.
    static let lines = 1_500
}
