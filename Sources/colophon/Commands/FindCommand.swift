import ArgumentParser
import Encoding
import Manifests
import Provenance
import Studio

/// Finds the entries of a ledger that look like a picture.
struct FindCommand: ColophonCommand {
    static let configuration = CommandConfiguration(
        commandName: "find",
        abstract: "Find entries of a ledger whose pictures look like a file.",
        discussion: """
            The picture stays here: only its perceptual hashes are sent, one for each way
            to turn and mirror it. Each entry that the ledger names is proven to be in its
            log and measured anew, by the trust kit.

              colophon find photo.jpg --ledger https://ledger.example/prints --trust trust/
              colophon find --pdq 58f8c50f94f2... --trust trust/
              colophon find photo.jpg --hashes

            It says "looks like", and never "is": pictures that look alike may be different
            works. That no entry is left out is the ledger's word.

            Exit code 0 means that something looks like it; 1 that nothing does; 2 that
            the file has no hash, as one that is too plain to compare; 3 that nobody can
            tell now, or that the ledger has not looked at all its entries yet.
            """)

    @Argument(help: ArgumentHelp("The picture: a JPEG, a PNG or a WebP.", valueName: "file"))
    var file: String?

    @Option(
        help: ArgumentHelp(
            """
            In the file's place, a PDQ hash of 64 hexadecimal digits; up to 8 times, for a \
            picture that may be turned or mirrored.
            """, valueName: "hex"))
    var pdq: [String] = []

    @Flag(
        help: """
            Print the picture's hashes, one a line, and ask nobody: for --pdq on another machine.
            """)
    var hashes = false

    @Option(
        help: ArgumentHelp(
            "The largest distance, 0 to \(LikenessBand.limit) of 256 bits.", valueName: "bits"))
    var distance = LikenessBand.limit

    @Option(help: ArgumentHelp("The most entries, 1 to \(limits.upperBound).", valueName: "n"))
    var limit = 10

    @Option(
        help: ArgumentHelp(
            """
            Only entries behind this place, which "there are more" names: the bits that differ, \
            and the index.
            """, valueName: "d:i"))
    var after: String?

    @OptionGroup var connection: LedgerConnection

    @OptionGroup var judge: KitOptions

    @OptionGroup var common: CommonOptions

    /// Entries that a ledger answers at most (http.md §17).
    private static let limits = 1...100

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        guard (0...LikenessBand.limit).contains(distance) else {
            throw .usage("--distance is 0 to \(LikenessBand.limit): what is further is not alike")
        }
        guard Self.limits.contains(limit) else {
            throw .usage("--limit is \(Self.limits.lowerBound) to \(Self.limits.upperBound)")
        }
        let after = try place()
        if hashes { return try printHashes(console) }
        try judge.check()
        let picture = try picture()
        let settings = try await judge.settings(common, connection)
        let (named, kit) = try judge.read(settings)
        let desk = try LogDesk(
            asking: settings, kit: named, kit, requiringQuorum: judge.requiresQuorum, console)
        let found = try await desk.with { log throws(ProvingError) in
            try await LikenessFinder(log, by: kit, renewing: named.files)
                .find(picture.hashes, within: distance, limit: limit, after: after)
        }
        guard let found else {
            throw Failure(
                .tryAgain, desk.place, "has no search by likeness",
                hint: "ask its operator: colophond serve --similar on")
        }
        return LikenessText(of: picture, behind: after, found, at: desk.place, console).print()
    }

    private func place() throws(Failure) -> LikenessPlace? {
        guard let after else { return nil }
        guard let place = LikenessPlace(Text(after)) else {
            throw .usage(
                "--after is two numbers, DISTANCE:INDEX, with a distance of at most "
                    + "\(LikenessBand.limit)",
                hint: "the note \"there are more\" of a search has them")
        }
        return place
    }

    /// Says what would be sent, each form of the picture in its order.
    private func printHashes(_ console: Console) throws(Failure) -> ExitStatus {
        guard let file, pdq.isEmpty else {
            throw .usage(
                "--hashes is about one file", hint: "colophon find photo.jpg --hashes")
        }
        let picture = try SoughtPicture(file: file)
        guard !console.json else {
            console.print(json: Console.object(picture.members))
            return .yes
        }
        for hash in picture.hashes { console.print("\(hash)") }
        return .yes
    }

    /// What is looked for.
    private func picture() throws(Failure) -> SoughtPicture {
        guard let file else {
            guard (1...PictureHashes.count).contains(pdq.count) else {
                throw .usage(
                    "a file, or 1 to \(PictureHashes.count) hashes are to be named",
                    hint: "colophon find photo.jpg")
            }
            let hashes = try pdq.map { text throws(Failure) in
                guard let hash = PDQHash(Text(text)) else {
                    throw .usage("--pdq: \"\(text)\" is not 64 lower-case hexadecimal digits")
                }
                return hash
            }
            return SoughtPicture(hashes: hashes)
        }
        guard pdq.isEmpty else { throw .usage("a file and --pdq exclude each other") }
        return try SoughtPicture(file: file)
    }
}
