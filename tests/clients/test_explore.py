def test_x(lavacli, server, line):
    print("V", lavacli.try_run("--version"))
    j = int(lavacli.run("jobs", "submit", "smoke.yaml").split("/")[-1])
    server.worker.run(j, [line("info", "start"), line("target", "é boot"), line("results", {"definition": "0_smoke", "case": "first", "result": "pass", "measurement": "1.5", "units": "s"}), line("results", {"definition": "lava", "case": "job", "result": "pass"})])
    for c in [("jobs","submit","smoke.yaml"),("jobs","list"),("jobs","list","--yaml"),("jobs","list","--state","finished","--health","complete"),("jobs","show",str(j)),("jobs","show","--yaml",str(j)),("jobs","show","--json",str(j)),("jobs","definition",str(j)),("jobs","logs","--no-follow",str(j)),("jobs","logs",str(j)),("jobs","logs","--raw",str(j)),("jobs","validate","smoke.yaml"),("jobs","queue"),("results",str(j)),("results",str(j),"0_smoke"),("results","--yaml",str(j)),
       ("devices","list"),("devices","list","--yaml"),("devices","show","qemu-01"),("device-types","list"),("device-types","show","qemu"),("workers","list"),("workers","show","worker-1"),("system","version"),("system","api"),("system","whoami"),("system","methods","list"),("system","methods","signature","scheduler.jobs.show"),("system","methods","help","scheduler.jobs.show"),("jobs","wait",str(j)),("jobs","cancel",str(j)),("jobs","show","999"),("tags","list")]:
        print("$", *c); out = lavacli.try_run(*c); print(out[:1500], "->", lavacli.status)
    assert 0
