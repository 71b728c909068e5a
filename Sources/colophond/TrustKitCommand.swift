import ArgumentParser
import Files
import Ledger
import LedgerControl
import Provenance

/// `colophond trust-kit`: writes what others need to verify this ledger's receipts offline.
struct TrustKitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trust-kit",
        abstract: "Writes the kit by which others verify this ledger's receipts offline.",
        discussion: """
            Examples:

              colophond trust-kit --data ledger --out trust.colophon-kit
              colophond trust-kit --data ledger --out trust/

            A name that ends in .colophon-kit is one file, any other a folder: both hold
            the same. Works while `colophond serve` runs, through its control socket. A kit
            holds only public things; hand it out over a channel that its readers trust.

            Witnesses, groups and quorum are those of --witness-policy, or of the policy by
            which the ledger is served. Without either, the kit asks for no witness.

            Timestamp authorities are those by which the ledger is served. --timestamp-ca,
            given once for each, names the CAs that the kit believes in their place:

              colophond trust-kit --data ledger --out trust/ --timestamp-ca tsa-ca.pem
            """)

    @Option(help: ArgumentHelp("The ledger's folder.", valueName: "dir"))
    var data: String?

    @Option(
        help: ArgumentHelp(
            "The folder of the private keys; DATA.keys where not given.", valueName: "dir"))
    var keys: String?

    @Option(
        help: ArgumentHelp(
            """
            The kit to write, a file NAME.colophon-kit or a folder; one that is there already is \
            replaced.
            """, valueName: "kit"))
    var out: String

    @Option(
        help: ArgumentHelp(
            "The witnesses, their groups and quorum: a C2SP tlog-policy file.", valueName: "file"))
    var witnessPolicy: String?

    @Option(
        help: ArgumentHelp(
            "The CA (PEM) of a timestamp authority whose tokens the kit believes.",
            valueName: "pem"))
    var timestampCa: [String] = []

    @Option(help: ArgumentHelp("The configuration file.", valueName: "file"))
    var config: String?

    func run() async throws {
        let settings = try await ServerSettings(
            flags: ["data": data, "keys": keys, "witness-policy": witnessPolicy], file: config)
        let witnesses = try settings.witnesses
        let roots = try settings.timestampRoots(timestampCa)
        var options = try settings.ledger
        witnesses?.apply(to: &options)
        try settings.anchors.apply(to: &options)
        let (found, isCosigned, isTimestamped) = try await files(of: options)
        var kit = try KitQuorum(found)
        if let witnesses { try kit.take(witnesses) }
        if let roots { kit.take(timestampRoots: roots) }
        if kit.hasNone,
            let reason = isCosigned ? "the ledger has cosigned heads" : try replaced()
        {
            Output.say("colophond: this kit asks for no witness, although \(reason)")
            Output.say("  hint: name the witnesses and their quorum with --witness-policy FILE")
        }
        if isTimestamped, kit.files.timestampRoots == nil {
            Output.say("colophond: this kit names no timestamp authority, although heads are dated")
            Output.say("  hint: name the authority's CA with --timestamp-ca FILE")
        }
        try write(kit.files)
        let names = kit.files.named.map(\.name).joined(separator: ", ")
        Output.say("wrote \(out)\(isOneFile ? "" : ": \(names)")")
    }

    private var isOneFile: Bool { out.hasSuffix(TrustKit.Files.suffix) }

    /// Asks the process that has the ledger open; where there is none, opens it.
    ///
    /// Says too whether any head is seen to be cosigned, and in a ledger that is opened here, whose
    /// authorities nobody has named, whether one is timestamped.
    private func files(
        of options: LedgerOptions
    ) async throws(Failure) -> (TrustKit.Files, isCosigned: Bool, isTimestamped: Bool) {
        let access = LedgerAccess(options: options)
        do {
            if let (files, isCosigned) = try await access.client.trustKit() {
                return (files, isCosigned ?? KitQuorum.isCosigned(files), false)
            }
            let ledger = try access.open()
            defer { ledger.close() }
            return (
                try ledger.trustKit(), try ledger.hasCosignedHead(),
                try ledger.hasTimestampedHead()
            )
        } catch {
            throw access.failure(error)
        }
    }

    /// What is replaced, where that is a kit with a quorum.
    private func replaced() throws(Failure) -> String? {
        try KitQuorum.hasQuorum(at: out, isOneFile: isOneFile)
            ? "the one that it replaces does" : nil
    }

    private func write(_ files: TrustKit.Files) throws(Failure) {
        do throws(FileError) {
            guard !isOneFile else {
                let place = try Place(making: out, .published)
                return try place.folder.write(
                    files.oneFile, to: place.name, .replacing(.published))
            }
            let folder = try Folder(making: out, .published)
            for file in files.named {
                try folder.writeUnsettled(file.bytes, to: file.name, .replacing(.published))
            }
            // Of an update that was cut off: it would count in their place.
            try folder.remove(TrustKit.Files.updateName)
            try folder.settle()
        } catch {
            throw Failure(
                "\(error.path): cannot be written: \(error.words)",
                hint: "name a place that you may write to")
        }
    }
}
