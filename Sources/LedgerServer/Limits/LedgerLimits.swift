/// Every bound that the ledger sets for what its clients send and ask, beside those of
/// ``ServiceLimits``.
package struct LedgerLimits: Sendable {
    /// Bytes of one statement as it is sent: a control statement of 24 KiB or a statement of
    /// 8 KiB, a manifest of 256 KiB, and room for the receipts of a file that is sent again, and
    /// for admission to say what exactly is too large.
    package var statementBytes = (24 + 256 + 64) * 1024

    /// Bytes of a bundle of manifests that is made whole, so that it is compressed once for all.
    ///
    /// Five times a usual one; a larger one is made in pieces while it is sent.
    package var bundleBytes = 1024 * 1024

    /// Bytes that are taken for a bundle before it is read: those of a usual one.
    package var usualBundleBytes = 256 * 1024

    /// Statements in one batch: what one write batch of the sequencer takes.
    package var batchItems = 4096

    /// Bytes of one batch, inflated.
    package var batchBytes = 64 * 1024 * 1024

    /// Statements that are registered together: enough to fill a sync, few enough that the first
    /// answers come soon.
    package var chunkItems = 256

    /// Bytes of such a chunk.
    package var chunkBytes = 1024 * 1024

    /// Chunks of one batch that are registered at the same time: both cores have work while a
    /// third waits for its sync and a fourth arrives.
    package var chunksInFlight = 4

    /// Statements of as many connections that an event loop has registered together: enough that
    /// each costs less, few enough that the first of them does not wait for long.
    ///
    /// To check so many signatures takes 5 ms, in which the loop would do little else anyway.
    package var arrivalItems = 64

    /// Bytes of those.
    package var arrivalBytes = 1024 * 1024

    /// Statements a second that one issuer may register; 0 for no limit.
    ///
    /// A PoP that scans as fast as its machine can signs a few hundred.
    package var issuerRate = 5_000

    /// Statements that an issuer may register at once after a silence: a night in a spool.
    package var issuerBurst = 50_000

    /// Refused statements a second after which one address gets 429 for all that are not known;
    /// 0 for no limit.
    package var refusalRate = 50

    /// Refused statements that an address may send at once: a folder whose key was revoked gets
    /// its reasons, and an attacker a twentieth of a second of signature checks.
    package var refusalBurst = 500

    /// Entries a second that one address may ask about in batches; 0 for no limit.
    ///
    /// An answer costs what `GET /entries/ID` does; one processor gives ten times as many.
    public var questionRate = 2_000

    /// Entries that an address may ask about at once: several PoPs behind one address, each with a
    /// whole batch whose answers were lost.
    public var questionBurst = 20_000

    /// Entries in one page of `/subjects` and `/threads`, where the client names no number.
    package var pageEntries = 100

    /// Entries in one page at most.
    package var pageEntriesMaximum = 500

    /// Creates the limits that we recommend.
    package init() {}
}
