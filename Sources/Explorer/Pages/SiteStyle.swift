import Cards
import HTTPService

/// The style sheet of the site: its own, and that of the cards on it.
enum SiteStyle {
    private static let packed = PackedReply(
        Array((PackedFiles.text("Templates/site.css") + PageStyle.card).utf8), named: "site.css")

    /// The answer with it.
    static func reply(to exchange: Exchange) -> Reply {
        packed.reply(to: exchange)
    }
}
