import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Reads pages as a browser does, without its pictures.
struct PageReader {
    /// What pages took, and the bytes of the largest with the style sheet.
    struct Result {
        let latencies: Latencies
        let largest: Int
    }

    let port: Int

    /// Asks for each page, one after the other, after one that is not measured.
    func read(_ paths: [String]) async throws -> Result {
        let style = try await get("/site.css").size
        _ = try await page(paths[0])
        var (times, largest) = ([Int64](), 0)
        for path in paths {
            let (time, size) = try await page(path)
            times.append(time)
            largest = max(largest, size)
        }
        return Result(latencies: Latencies(times), largest: largest + style)
    }

    /// The nanoseconds to the first byte of a page, and its bytes.
    private func page(_ path: String) async throws -> (nanoseconds: Int64, size: Int) {
        let answer = try await get(path)
        guard answer.status == 200 else {
            throw BenchError("\(path) is answered with \(answer.status), and nobody else reads")
        }
        return (answer.nanoseconds, answer.size)
    }

    private func get(
        _ path: String
    ) async throws -> (status: UInt, nanoseconds: Int64, size: Int) {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.headers.add(name: "Accept", value: "text/html")
        let start = NIODeadline.now()
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
        let time = (NIODeadline.now() - start).nanoseconds
        let size = try await response.body.collect(upTo: 1 << 20).readableBytes
        return (response.status.code, time, size)
    }
}
