public import Encoding
public import Manifests
public import Merkle
public import Provenance

/// What a person is shown of a record: one value, which is rendered as text, as a page and as JSON.
///
/// It is a function of the record, of what was asked and of the report: no clock, no locale, no
/// machine is in it. Each line says where it comes from; nothing is added up to one tick.
public struct CardView: Hashable, Sendable {
    /// What is known beside the record.
    public struct Context: Sendable {
        /// What the record was named as, for the reader; nothing is proven by it.
        public var name: String

        /// What is proven, by a trust kit; nil where there is none.
        public var report: Report?

        /// The SHA-256 of the file that the reader named; nil where none was named.
        public var artifact: Hash?

        /// Whether that file carries the Content Credentials that the record names; nil where
        /// nobody looked, or the record names none.
        public var credentials: CredentialMatch?

        /// How near that file looks to the work, where it is another one; nil where it does not,
        /// or nobody looked.
        public var likeness: PictureLikeness?

        /// Whether the newest state of the ledger was looked up.
        public var isOnline: Bool

        /// The life of the work; nil where only the record was read.
        public var history: WorkHistory?

        /// Names what there is.
        public init(
            name: String, report: Report? = nil, artifact: Hash? = nil,
            credentials: CredentialMatch? = nil, likeness: PictureLikeness? = nil,
            isOnline: Bool = false, history: WorkHistory? = nil
        ) {
            self.name = name
            self.report = report
            self.artifact = artifact
            self.credentials = credentials
            self.likeness = likeness
            self.isOnline = isOnline
            self.history = history
        }
    }

    /// The title that the signer gave; nil where the manifest has none, or is not there.
    public let title: Text?

    /// The language of the title, as the signer says (BCP 47); nil where there is no title.
    public let titleLanguage: Text?

    /// What was checked, and how it went.
    public let state: [CardLine]

    /// The signed text; nil where the manifest is not there, or is another one.
    public let signed: SignedText?

    /// What stands in the record beside the manifest.
    public let record: [CardLine]

    /// The life of the work, as far as it was looked at.
    public let history: WorkHistory

    /// What the card leaves open.
    public let open: [CardLine]

    /// Looks at a record.
    public init(of record: TransparentStatement, _ context: Context) {
        let content = CardManifest(of: record)
        let facts = content.manifest.flatMap { try? ProvenanceFacts($0) }
        title = facts?.record.title
        titleLanguage = facts?.record.lang
        signed = content.manifest.map { SignedText($0) }
        let isChecked = context.report?.statement != nil
        let work = CardState.work(record.statement, context)
        let manifest = CardState.manifest(content, context.report)
        let isSameFile = work.sentence.word == .sameFile
        let look = CardLook.compared(
            context.likeness, to: record.statement, context.report, isSameFile: isSameFile)
        let carried = CardLook.carried(context.credentials, isSameFile: isSameFile)
        let compared = [work] + look + carried + [manifest]
        history =
            context.history ?? WorkHistory(of: record.statement, context.report, content.manifest)
        let taken = CardState.withdrawal(facts) + CardState.takenBack(history)
        state =
            if let report = context.report, isChecked {
                [CardState.verdict(report)] + taken + compared
                    + CardState.lines(of: report, isOnline: context.isOnline)
            } else {
                [CardLine(.unknown, .checked, .nothingChecked)] + taken + compared
                    + CardState.unchecked(record)
            }
        self.record = CardRecord.lines(of: record, content.manifest, context.name)
        open = CardState.open(context, content.manifest, facts)
    }
}
