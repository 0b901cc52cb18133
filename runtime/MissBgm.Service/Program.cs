using MissBgm.Service;

return await ServeCommand.RunAsync(args, ServiceProgram.RunAsync);
