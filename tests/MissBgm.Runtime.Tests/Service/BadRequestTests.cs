using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MissBgm.Runtime.Tests.Service;

public sealed class BadRequestTests : IAsyncLifetime
{
    private RunningService _service = null!;

    public async Task InitializeAsync() => _service = await RunningService.StartAsync(
        options => options with { MaximumRows = 100, MaximumBody = 1 << 20, Concurrency = 1, Queue = 1 });

    public async Task DisposeAsync() => await _service.DisposeAsync();

    private async Task AssertWorksAsync() => Assert.Equal(HttpStatusCode.OK, (await _service.ImputeAsync()).StatusCode);

    [Theory]
    [InlineData("", "is not JSON")]
    [InlineData("{\"rows\":[{\"a\":1", "is not JSON")]
    [InlineData("a,b\n1,2\n", "is not JSON")]
    [InlineData("[]", "must be a JSON object with rows")]
    [InlineData("{}", "lacks 'rows'")]
    [InlineData("{\"rows\":[{\"a\":1}],\"draws\":5}", "has a member 'draws'")]
    [InlineData("{\"rows\":{\"a\":1}}", "'rows' is an object; it must be an array")]
    [InlineData("{\"rows\":[]}", "'rows' has no rows")]
    [InlineData("{\"rows\":[[1,2]]}", "'rows', row 0: an array; a row must be an object")]
    [InlineData("{\"rows\":[{\"a\":1},{\"a\":[1]}]}", "'rows', row 1, column 'a': an array; allowed are numbers, texts and null")]
    [InlineData("{\"rows\":[{\"a\":1,\"a\":2}]}", "is not JSON")]
    [InlineData("{\"rows\":[{\"a\":1,\"c\":2}]}", "the model has no column 'c'; it has 'a', 'b'")]
    [InlineData("{\"rows\":[{\"a\":\"x\"}]}", "column 'a': 'x' is not a number")]
    [InlineData("{\"rows\":[{\"a\":1e999}]}", "column 'a': '1e999' is not a finite number")]
    [InlineData("{\"rows\":[{\"a\":\"\\ud800\"}]}", "no Unicode")]
    [InlineData("{\"rows\":[{\"\\ud800\":1}]}", "no Unicode")]
    public async Task Bodies_that_are_no_rows_are_refused_with_a_sentence(string body, string detail)
    {
        await RunningService.AssertProblemAsync(await _service.ImputeAsync(body), HttpStatusCode.BadRequest, detail);
        await AssertWorksAsync();
    }

    [Theory]
    [InlineData("", "the body: the file is empty")]
    [InlineData("a,b\n", "a header and no rows")]
    [InlineData("a\n1\n", "lacks the column 'b'")]
    [InlineData("a,b\n1,2\n3\n", "line 3: the row has 1 fields, the header 2")]
    [InlineData("a,b\n1,x\n", "line 2, column 'b': 'x' is not a number")]
    public async Task Tables_that_do_not_fit_are_refused_as_on_the_command_line(string body, string detail) =>
        await RunningService.AssertProblemAsync(await _service.PostAsync("/v1/models/small:impute", body, "text/csv"), HttpStatusCode.BadRequest, detail);

    [Theory]
    [InlineData("?draw=5", "There is no option 'draw'")]
    [InlineData("?draws=many", "The option draws is 'many'; allowed is a whole number")]
    [InlineData("?draws=0", "Draws is 0; allowed is from 1")]
    [InlineData("?draws=5&draws=6", "draws is given 2 times")]
    [InlineData("?map-only=maybe", "allowed are true and false")]
    [InlineData("?map-only&multiple=2", "map-only makes no draws")]
    [InlineData("?sampler=gibbs", "allowed are joint, paper")]
    [InlineData("?seed=-1", "The option seed is '-1'")]
    [InlineData("?alpha=2", "Alpha is 2; allowed is between 0 and 1")]
    [InlineData("?keep-empty=c", "has no column 'c'")]
    [InlineData("?multiple=1000000", "The number of imputations is 1000000")]
    public async Task Options_that_cannot_be_are_refused(string options, string detail) =>
        await RunningService.AssertProblemAsync(await _service.ImputeAsync(options: options), HttpStatusCode.BadRequest, detail);

    [Fact]
    public async Task Requests_for_what_is_not_there_are_refused()
    {
        await RunningService.AssertProblemAsync(
            await _service.PostAsync("/v1/models/large:impute", "{}"), HttpStatusCode.NotFound, "There is no model 'large'");
        await RunningService.AssertProblemAsync(
            await _service.PostAsync("/v1/models/small:predict?target=a", "{}"), HttpStatusCode.BadRequest, "is fitted to one table and imputes");
        await RunningService.AssertProblemAsync(
            await _service.Client.GetAsync("/v1/models/small:impute"), HttpStatusCode.MethodNotAllowed, "asked for with POST");
        await RunningService.AssertProblemAsync(
            await _service.PostAsync("/v1/models/small:impute", "x", "text/plain"), HttpStatusCode.UnsupportedMediaType, "is of type 'text/plain'");
        await RunningService.AssertProblemAsync(
            await _service.PostAsync("/v1/models/small:impute", RunningService.Row, accept: "image/png"), HttpStatusCode.NotAcceptable, "'image/png'");
        await RunningService.AssertProblemAsync(await _service.Client.GetAsync("/nothing"), HttpStatusCode.NotFound, "There is nothing at /nothing");
        await RunningService.AssertProblemAsync(
            await _service.Client.DeleteAsync("/v1/models/small"), HttpStatusCode.MethodNotAllowed, "not asked for with DELETE");
    }

    [Fact]
    public async Task Too_many_rows_and_too_long_bodies_are_refused()
    {
        var rows = "{\"rows\":[" + string.Join(',', Enumerable.Repeat("{\"a\":1}", 101)) + "]}";
        await RunningService.AssertProblemAsync(await _service.ImputeAsync(rows), HttpStatusCode.RequestEntityTooLarge, "101 rows or more, and at most 100");
        var table = "a,b\n" + string.Concat(Enumerable.Repeat("1,\n", 101));
        await RunningService.AssertProblemAsync(
            await _service.PostAsync("/v1/models/small:impute", table, "text/csv"), HttpStatusCode.RequestEntityTooLarge, "101 rows or more, and at most 100");
        // Without a length it is refused on the way.
        using var endless = new StreamContent(new MemoryStream(new byte[3 << 20]));
        endless.Headers.ContentType = new("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/models/small:impute") { Content = endless };
        request.Headers.TransferEncodingChunked = true;
        await RunningService.AssertProblemAsync(await _service.Client.SendAsync(request), HttpStatusCode.RequestEntityTooLarge, "longer than 1 MB");
        await AssertWorksAsync();
    }

    /// <summary>100 rows may have 10,000 cells, those of further completed tables counted.</summary>
    [Fact]
    public async Task Answers_that_would_be_too_large_are_refused_before_they_are_computed()
    {
        var rows = "{\"rows\":[" + string.Join(',', Enumerable.Repeat("{\"a\":1}", 100)) + "]}";
        await RunningService.AssertProblemAsync(
            await _service.ImputeAsync(rows, "?multiple=100"), HttpStatusCode.RequestEntityTooLarge,
            "100 completed tables besides are asked for; at most 10000 cells");
        await AssertWorksAsync();
    }

    /// <summary>Sixteen times the longest body together; what clients that go have sent is forgotten.</summary>
    [Fact]
    public async Task Bodies_that_are_sent_almost_to_their_end_do_not_fill_the_memory()
    {
        var clients = new List<TcpClient>();
        var part = Encoding.ASCII.GetBytes(new string(' ', 900_000));
        for (var i = 0; i < 20; i++)
        {
            var client = new TcpClient { ReceiveTimeout = 100 };
            await client.ConnectAsync(_service.Address.Host, _service.Address.Port);
            clients.Add(client);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                "POST /v1/models/small:impute HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n"));
            await client.GetStream().WriteAsync(part);
        }

        string? refused = null;
        for (var i = 0; refused is null && i < 100; i++)
        {
            await Task.Delay(20);
            if (clients.Find(client => client.Available > 0) is not { } answered) continue;
            var bytes = new byte[answered.Available];
            refused = Encoding.UTF8.GetString(bytes, 0, answered.GetStream().Read(bytes));
        }

        Assert.StartsWith("HTTP/1.1 429", refused, StringComparison.Ordinal);
        Assert.Contains("fill 16 MB already", refused, StringComparison.Ordinal);
        foreach (var client in clients) client.Client.Close(0);
        for (var i = 0; i < 100 && (await _service.ImputeAsync()).StatusCode == HttpStatusCode.TooManyRequests; i++) await Task.Delay(20);
        await AssertWorksAsync();
    }

    [Fact]
    public async Task Clients_that_send_slowly_or_die_keep_no_one_from_working()
    {
        var slow = new List<TcpClient>();
        for (var i = 0; i < 5; i++)
        {
            var client = new TcpClient();
            await client.ConnectAsync(_service.Address.Host, _service.Address.Port);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                "POST /v1/models/small:impute HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 29\r\n\r\n{\"rows\":"));
            slow.Add(client);
        }

        await AssertWorksAsync();
        slow[0].Client.Close(0);
        slow[1].Close();
        await AssertWorksAsync();
        foreach (var client in slow) client.Dispose();
    }

    [Fact]
    public async Task A_client_that_leaves_ends_its_computation()
    {
        using var patience = new CancellationTokenSource(300);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _service.EndlessAsync(patience.Token));
        await AssertWorksAsync();
    }

    [Fact]
    public async Task Requests_beyond_those_that_may_wait_are_refused_until_there_is_room()
    {
        await using var service = await RunningService.StartAsync(options => options with { Concurrency = 1, Queue = 0 });
        using var end = new CancellationTokenSource();
        var computing = service.EndlessAsync(end.Token);
        // It may still be on its way, and then it is the one that is refused.
        HttpResponseMessage answer;
        while ((answer = await service.ImputeAsync()).StatusCode == HttpStatusCode.OK)
        {
            await Task.Delay(100);
            if (computing.IsCompleted) computing = service.EndlessAsync(end.Token);
        }

        await RunningService.AssertProblemAsync(answer, HttpStatusCode.TooManyRequests, "1 requests are computed and 0 wait");
        Assert.Equal("1", answer.Headers.RetryAfter?.ToString());
        Assert.Equal(HttpStatusCode.OK, (await service.Client.GetAsync("/health/ready")).StatusCode);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => computing);
        while ((answer = await service.ImputeAsync()).StatusCode == HttpStatusCode.TooManyRequests) await Task.Delay(20);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}
