/// How much of a record's own text a card shows.
enum CardLimit {
    /// The most lines of the signed text.
    ///
    /// All but the longest texts of words have fewer: 1,024 lines in a script of which a character
    /// takes one column. A longer text is cut, and the facts behind it are not (``FairShare``).
    static let lines = 1_500
}
