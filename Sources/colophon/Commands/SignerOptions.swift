import ArgumentParser

/// The signer: its key, its issuer, its audience.
struct SignerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Seal into this spool, which knows key, issuer and ledger.", valueName: "dir"))
    var spool: String?

    @Option(help: ArgumentHelp("The private key (COLOPHON_KEY).", valueName: "pem"))
    var key: String?

    @OptionGroup var passphrase: PassphraseOptions

    @Option(help: ArgumentHelp("The URI of this PoP (COLOPHON_ISSUER).", valueName: "uri"))
    var issuer: String?

    @Option(
        help: ArgumentHelp(
            "The only ledger that may register this; default that of --trust.",
            valueName: "origin"))
    var aud: String?

    @Option(
        help: ArgumentHelp(
            "A trust kit, for the ledger's origin (COLOPHON_TRUST).", valueName: "kit")
    )
    var trust: String?

    @Option(
        help: ArgumentHelp(
            "The thread of the artifact; default its parent's, else a random one.", valueName: "uri"
        ))
    var sub: String?
}
