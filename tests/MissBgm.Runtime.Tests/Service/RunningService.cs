using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using MissBgm.Runtime.Tests.Harness;
using MissBgm.Service;

namespace MissBgm.Runtime.Tests.Service;

/// <summary>A service with a small model called <c>small</c>, on a free port, and a client of it.</summary>
internal sealed class RunningService : IAsyncDisposable
{
    /// <summary>A row with a gap.</summary>
    internal const string Row = """{"rows":[{"a":1.5,"b":null}]}""";

    private readonly ModelService _service;

    private RunningService(ModelService service, TestModel model) =>
        (_service, Model, Client) = (service, model, new HttpClient { BaseAddress = service.Address, Timeout = TimeSpan.FromSeconds(60) });

    internal TestModel Model { get; }

    internal HttpClient Client { get; }

    internal Uri Address => _service.Address;

    internal static async Task<RunningService> StartAsync(Func<ServeOptions, ServeOptions>? change = null)
    {
        var model = TestModel.OfTwoColumns();
        var options = new ServeOptions
        {
            Models = [new ModelPlace("small", model.Path)],
            Port = 0,
            Drain = TimeSpan.Zero,
            Reload = TimeSpan.FromMilliseconds(50),
        };
        return new RunningService(await ModelService.StartAsync(change?.Invoke(options) ?? options), model);
    }

    internal Task<HttpResponseMessage> PostAsync(
        string path, string body, string type = "application/json", string? accept = null, CancellationToken stop = default)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8) };
        request.Content.Headers.ContentType = type.Length == 0 ? null : MediaTypeHeaderValue.Parse(type);
        if (accept is not null) request.Headers.Accept.ParseAdd(accept);
        return Client.SendAsync(request, stop);
    }

    /// <summary>A request that computes for far longer than a test waits.</summary>
    internal Task<HttpResponseMessage> EndlessAsync(CancellationToken stop = default) =>
        ImputeAsync("{\"rows\":[" + string.Join(',', Enumerable.Range(0, 100).Select(i => $"{{\"a\":{i}.5}}")) + "]}", "?draws=1000000&chains=1", stop);

    internal Task<HttpResponseMessage> ImputeAsync(string body = Row, string options = "", CancellationToken stop = default) =>
        PostAsync($"/v1/models/small:impute{options}", body, stop: stop);

    /// <summary>Begins to stop, as on SIGTERM.</summary>
    internal Task StopAsync() => _service.StopAsync();

    internal static async Task<JsonElement> JsonOf(HttpResponseMessage answer)
    {
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return json.RootElement.Clone();
    }

    internal static async Task AssertProblemAsync(HttpResponseMessage answer, HttpStatusCode status, string detail)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(status == answer.StatusCode, $"{answer.StatusCode}: {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        using var problem = JsonDocument.Parse(text);
        Assert.Equal((int)status, problem.RootElement.GetProperty("status").GetInt32());
        Assert.Contains(detail, problem.RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _service.DisposeAsync();
        Model.Dispose();
    }
}
