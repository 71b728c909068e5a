/// How much of a work's life is read and shown.
public enum HistoryLimit {
    /// The most steps: what a person reads, and an edition of 200 with its edits.
    public static let steps = 256

    /// The most steps that others have registered in a thread, or about a file.
    ///
    /// Half of all: a flood of them leaves room for what the steps themselves name.
    public static let strangers = 128

    /// The most parents of a step that are looked for: a mosaic names thousands of pictures.
    public static let parents = 32

    /// The most generations that are gone through from the entry that was asked about.
    public static let generations = 64

    /// The most lists that a ledger is asked for: of threads, and of files.
    public static let lists = 64

    /// The most times that the files of a log are gone through, each time for all that the time
    /// before has named.
    public static let walks = 8

    /// The most lines about the parents of one step.
    static let parentLines = 8

    /// The most levels by which a step is indented; what lies deeper stands as far in.
    static let indents = 8
}
