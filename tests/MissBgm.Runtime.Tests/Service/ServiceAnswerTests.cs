using System.Net;
using MissBgm.Runtime.Tests.Harness;
using MissBgm.Service;

namespace MissBgm.Runtime.Tests.Service;

public sealed class ServiceAnswerTests : IAsyncLifetime
{
    private RunningService _service = null!;

    public async Task InitializeAsync() => _service = await RunningService.StartAsync();

    public async Task DisposeAsync() => await _service.DisposeAsync();

    private static string Table()
    {
        var lines = Enumerable.Range(0, 30).Select(i => $"r{i},{(i % 3 == 0 ? "" : $"{i % 7}.50")},{(i % 4 == 1 ? "NA" : $"{i % 5}")}");
        return "id,a,b\n" + string.Join('\n', lines) + "\n";
    }

    private string CommandLine(string table, string output, params string[] more)
    {
        using var console = new TestConsole();
        Assert.Equal(0, console.Run([
            "impute", "--quiet", "--model", _service.Model.Path, "--data", _service.Model.Write("data.csv", table),
            "--out", _service.Model.File("completed.csv"), "--intervals", _service.Model.File("cells.csv"), .. more,
        ]));
        return File.ReadAllText(_service.Model.File(output));
    }

    [Theory]
    [InlineData("completed.csv", "")]
    [InlineData("cells.csv", "&output=cells")]
    public async Task A_table_comes_back_as_the_command_line_writes_it(string file, string option)
    {
        var answer = await _service.PostAsync($"/v1/models/small:impute?seed=7&draws=40{option}", Table(), "text/csv");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(CommandLine(Table(), file, "--seed", "7", "--draws", "40"), await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Rows_come_back_completed_with_what_is_known_of_each_cell()
    {
        var json = await RunningService.JsonOf(await _service.ImputeAsync("""{"rows":[{"a":1.50,"b":null},{"b":2},{"a":3,"b":1e0}]}"""));
        var rows = json.GetProperty("rows");
        Assert.Equal("1.50", rows[0].GetProperty("a").GetRawText());
        Assert.Equal("1e0", rows[2].GetProperty("b").GetRawText());
        var table = CommandLine("a,b\n1.5,\n,2\n3,1\n", "completed.csv").Split('\n');
        Assert.Equal(table[1].Split(',')[1], rows[0].GetProperty("b").GetRawText());
        Assert.Equal(table[2].Split(',')[0], rows[1].GetProperty("a").GetRawText());
        var cells = File.ReadAllLines(_service.Model.File("cells.csv"));
        var cell = json.GetProperty("cells")[0];
        Assert.Equal(cells[1], string.Join(',', cells[0].Split(',').Select(name => $"{cell.GetProperty(name)}")));
        Assert.Equal(2, json.GetProperty("cells").GetArrayLength());
    }

    [Fact]
    public async Task Options_of_the_query_are_those_of_the_command_line()
    {
        var mode = await RunningService.JsonOf(await _service.ImputeAsync(options: "?map-only"));
        Assert.False(mode.GetProperty("cells")[0].TryGetProperty("mean", out _));
        Assert.Equal(mode.GetProperty("cells")[0].GetProperty("map").GetRawText(), mode.GetProperty("rows")[0].GetProperty("b").GetRawText());
        var multiple = await RunningService.JsonOf(await _service.ImputeAsync(options: "?multiple=3"));
        Assert.Equal(3, multiple.GetProperty("imputations").GetArrayLength());
        Assert.NotEqual(multiple.GetProperty("imputations")[0].GetRawText(), multiple.GetProperty("imputations")[1].GetRawText());
        var empty = await RunningService.JsonOf(await _service.ImputeAsync(options: "?keep-empty=b"));
        Assert.Equal("null", empty.GetProperty("rows")[0].GetProperty("b").GetRawText());
    }

    [Fact]
    public async Task Many_requests_at_once_have_the_answers_they_have_one_by_one()
    {
        string Body(int i) => $$"""{"rows":[{"a":{{i}}.25}]}""";
        var single = new List<string>();
        for (var i = 0; i < 20; i++) single.Add(await (await _service.ImputeAsync(Body(i))).Content.ReadAsStringAsync());
        var together = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i => await (await _service.ImputeAsync(Body(i))).Content.ReadAsStringAsync()));
        Assert.Equal(single, together);
    }

    [Fact]
    public async Task Models_and_health_are_told()
    {
        var models = (await RunningService.JsonOf(await _service.Client.GetAsync("/v1/models"))).GetProperty("models");
        Assert.Equal("small", models[0].GetProperty("name").GetString());
        Assert.Equal(64, models[0].GetProperty("manifest_sha256").GetString()!.Length);
        Assert.Equal("b", models[0].GetProperty("columns")[1].GetProperty("name").GetString());
        Assert.Equal(models[0].GetRawText(), (await RunningService.JsonOf(await _service.Client.GetAsync("/v1/models/small"))).GetRawText());
        foreach (var health in new[] { "live", "ready" }) Assert.Equal(HttpStatusCode.OK, (await _service.Client.GetAsync($"/health/{health}")).StatusCode);
    }

    [Fact]
    public async Task The_description_of_the_service_has_every_option_and_problem()
    {
        var api = await RunningService.JsonOf(await _service.Client.GetAsync("/openapi/v1.json"));
        var impute = api.GetProperty("paths").GetProperty("/v1/models/{name}:impute").GetProperty("post");
        var parameters = impute.GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString()).ToArray();
        Assert.Contains("name", parameters);
        Assert.Empty(MissBgm.Service.Requests.ImputeRequest.Known.Select(option => option.Name).Except(parameters));
        string[] problems = ["400", "401", "404", "406", "413", "415", "422", "429", "500", "503", "504"];
        Assert.All(problems, status => Assert.True(
            impute.GetProperty("responses").GetProperty(status).GetProperty("content").TryGetProperty("application/problem+json", out _), status));
        Assert.False(api.TryGetProperty("security", out _));
        Assert.True(impute.GetProperty("requestBody").GetProperty("content").TryGetProperty("text/csv", out _));
    }

    [Fact]
    public async Task Labels_are_predicted_from_rows_and_from_tables()
    {
        await using var service = await RunningService.StartAsync(
            options => options with { Models = [new ModelPlace("pfn", Checkout.PathOf("models", "pfn-nano"))] });
        string Rows(int from, int to, bool labelled) => string.Join(',', Enumerable.Range(from, to).Select(
            i => $$"""{"x":{{i % 2}}.{{i % 9}},"kind":{{(labelled ? i % 2 == 0 ? "\"even\"" : "\"odd\"" : "null")}}}"""));
        var answer = await service.PostAsync(
            "/v1/models/pfn:predict?target=kind&ensemble=2", $$"""{"train":[{{Rows(0, 40, true)}}],"test":[{{Rows(0, 2, false)}}]}""");
        var rows = (await RunningService.JsonOf(answer)).GetProperty("rows");
        Assert.Equal("even odd", $"{rows[0].GetProperty("predicted")} {rows[1].GetProperty("predicted")}");
        string Csv(int from, int to) => "x,kind\n" + string.Concat(
            Enumerable.Range(from, to).Select(i => $"{i % 2}.{i % 9},{(i % 2 == 0 ? "even" : "odd")}\n"));
        using var form = new MultipartFormDataContent { { new StringContent(Csv(0, 40)), "train" }, { new StringContent(Csv(0, 2)), "test", "test.csv" } };
        var csv = await (await service.Client.PostAsync("/v1/models/pfn:predict?target=kind&ensemble=2", form)).Content.ReadAsStringAsync();
        Assert.Equal(["even,odd,predicted", "even", "odd"], csv.Split('\n').Take(3).Select((line, i) => i == 0 ? line : line.Split(',')[2]));
        // Forms that are none: without a boundary, and cut off.
        foreach (var type in new[] { "multipart/form-data", "multipart/form-data; boundary=edge" })
        {
            var refused = await service.PostAsync(
                "/v1/models/pfn:predict?target=kind", "--edge\r\nContent-Disposition: form-data; name=\"train\"\r\n\r\nx", type);
            await RunningService.AssertProblemAsync(refused, HttpStatusCode.BadRequest, "The form cannot be read");
        }

        // Every row has another column: a table of as many cells as rows times rows.
        var wide = string.Join(',', Enumerable.Range(0, 50_000).Select(i => $"{{\"{i}\":1}}"));
        await RunningService.AssertProblemAsync(
            await service.PostAsync("/v1/models/pfn:impute", $"{{\"rows\":[{wide}]}}"), HttpStatusCode.RequestEntityTooLarge, "50000 rows of 50000 columns");
    }
}
