import HTTPCalls

/// The clients of all sources, as the options name them.
struct AnchorClients {
    private(set) var authorities: [AuthorityClient] = []
    private(set) var calendars: [CalendarClient] = []

    /// Prepares to ask the sources of `options`, and refuses what cannot be asked.
    init(_ options: AnchorOptions) throws(AnchorSetupError) {
        guard options.authorities.count <= AnchorLimit.sources else {
            throw .tooMany("timestamp authorities")
        }
        guard options.calendars.count <= AnchorLimit.sources else { throw .tooMany("calendars") }
        guard
            options.authorities.isEmpty || options.calendars.isEmpty
                || options.calendarInterval >= options.timestampInterval
        else { throw .intervals }
        let authorities = try Self.addresses(options.authorities.map(\.url), options)
        let calendars = try Self.addresses(options.calendars, options)
        self.authorities = zip(options.authorities, authorities).map { authority, address in
            AuthorityClient(
                AnchorSource(.timestamp, url: address.url.description), at: address.url,
                // A slash at the end is a part of an authority's address.
                path: authority.url.hasSuffix("/") ? "/" : "", trust: authority.trust,
                options: address.calls)
        }
        self.calendars = calendars.map { address in
            CalendarClient(
                AnchorSource(.openTimestamps, url: address.url.description), at: address.url,
                options: address.calls)
        }
    }

    private static func addresses(
        _ texts: [String], _ options: AnchorOptions
    ) throws(AnchorSetupError) -> [(url: ServiceURL, calls: CallOptions)] {
        var addresses: [(url: ServiceURL, calls: CallOptions)] = []
        for text in texts {
            let url: ServiceURL
            do throws(ServiceURLError) {
                url = try ServiceURL(text)
            } catch {
                throw .url(text, error)
            }
            guard !addresses.contains(where: { $0.url == url }) else { throw .twice(text) }
            do throws(ProxyError) {
                addresses.append((url, try options.calls(to: url)))
            } catch {
                throw .proxy(text, error)
            }
        }
        return addresses
    }
}
