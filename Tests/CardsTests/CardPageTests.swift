import Cards
import Crypto
import Encoding
import Foundation
import Testing

/// The page and its policy.
@Suite struct CardPageTests {
    /// A browser hashes what stands between the tags.
    @Test func thePolicyPermitsTheSheetOfThePageAndNothingElse() throws {
        var scene = try CardScene()
        let page = CardPage(try scene.view(scene.work("photo"))).page
        let sheet = try #require(page.firstMatch(of: #/<style>((?s:.*?))<\/style>/#)?.1)
        let digest = Data(SHA256.hash(data: Data(sheet.utf8))).base64EncodedString()
        #expect(
            page.contains(
                "default-src 'none'; style-src 'sha256-\(digest)'; base-uri 'none'; "
                    + "form-action 'none'"))
        for word in ["<script", "http:", "url(", "@import", " style=", "<link", "<img"] {
            #expect(!page.contains(word), "\(word)")
        }
    }

    /// Contrast of text and paper, light and dark, by the formula of WCAG 2.2.
    @Test func everyColourOfTextCanBeReadOnItsPaper() throws {
        let blocks = PageStyle.sheet.components(separatedBy: ":root {").dropFirst()
        #expect(blocks.count == 3)
        for block in blocks {
            func colour(_ name: String) throws -> Double {
                let after = try #require(
                    block.components(separatedBy: "--\(name): #").dropFirst().first)
                var digits = String(after.prefix { $0.isHexDigit })
                if digits.count == 3 { digits = digits.map { "\($0)\($0)" }.joined() }
                let value = try #require(UInt32(digits, radix: 16))
                let parts = [16, 8, 0].map { shift -> Double in
                    let part = Double(value >> UInt32(shift) & 0xFF) / 255
                    return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
                }
                return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
            }
            for (ink, paper) in [
                ("ink", "paper"), ("soft", "paper"), ("alarm", "paper"), ("ink", "mark"),
            ] {
                let (one, two) = (try colour(ink), try colour(paper))
                let contrast = (max(one, two) + 0.05) / (min(one, two) + 0.05)
                #expect(contrast >= 4.5, "\(ink) on \(paper): \(contrast)")
            }
        }
    }

    /// Marks are letters with a name, so that nothing depends on colour.
    @Test func everyMarkHasAName() throws {
        var scene = try CardScene()
        let page = CardPage(try scene.view(scene.work("photo"))).page
        let marks = page.matches(of: #/<span class="mark" role="img" aria-label="([^"]+)">\[/#)
        #expect(marks.count > 20 && marks.allSatisfy { !$0.1.isEmpty })
    }
}
