import Foundation
import Testing
import TestSupport

/// A share or a memory stick has no owners, no modes, no sync of folders: works are signed there
/// all the same, and a ledger is not kept there.
@Suite(.enabled(if: Preload.isPossible, "needs gcc")) struct PlainShareTests {
    private let shop: Workshop
    private let share: Preload

    init() async throws {
        shop = try await Workshop()
        try shop.write("pixels", to: "photo.jpg")
        try shop.write("", to: "code")
        share = try await Preload("plain-share", "PLAIN_SHARE", file: shop.url("code"), in: shop)
    }

    @Test(arguments: [EINVAL, ENOTSUP, EPERM])
    func whatAShareDoesNotHaveIsNoFailureOfARecord(code: Int32) async throws {
        try shop.write("\(code)", to: "code")
        let arguments = [
            "sign", "photo.jpg", "--key", "berlin.pem", "--issuer", Workshop.berlin,
            "--creator", "Ana", "--title", "T",
        ]
        let signed = try await Program.run(
            "colophon", arguments, in: shop.folder, environment: share.environment)
        #expect(signed.status == 0, "\(signed.words)")
        let again = try await Program.run(
            "colophon", arguments + ["--force"], in: shop.folder, environment: share.environment)
        #expect(again.status == 0, "\(again.words)")
        #expect(try await shop.show("photo.jpg.colophon")["checked"] as? Bool == false)
    }

    /// What says that it failed has left nothing.
    @Test func aFolderThatFailsHasNoRecord() async throws {
        try shop.write("\(EIO)", to: "code")
        let signed = try await Program.run(
            "colophon",
            [
                "sign", "photo.jpg", "--key", "berlin.pem", "--issuer", Workshop.berlin,
                "--creator", "Ana", "--title", "T",
            ], in: shop.folder, environment: share.environment)
        #expect(signed.status != 0)
        #expect(try !shop.exists("photo.jpg.colophon"))
    }

    @Test func aPrivateKeyAndAStoreAreRefusedThere() async throws {
        _ = try await shop.colophon("keygen", "--out", "admin.pem")
        try shop.write("\(EPERM)", to: "code")
        let key = try await Program.run(
            "colophon", ["keygen", "--out", "other.pem"], in: shop.folder,
            environment: share.environment)
        #expect(key.status == 2, "\(key.words)")
        #expect(try !shop.exists("other.pem"))
        let store = try await Program.run(
            "colophond",
            [
                "init", "--data", "ledger", "--origin", LedgerProcess.origin, "--admin",
                "admin.pub.pem",
            ], in: shop.folder, environment: share.environment)
        #expect(store.status != 0, "\(store.words)")
    }
}
