# What people type most; every target only calls what stands in the repository.
VERSION := $(shell sed -n '/<parent>/,/<\/parent>/d; s:^  <version>\(.*\)</version>:\1:p' pom.xml | head -n 1)
RELEASE := velocity-$(VERSION)
STAGE   := target/release/$(RELEASE)

.PHONY: help build test run release benchmark clean

help: ## Show the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1#\2/p' $(MAKEFILE_LIST) | column -t -s '#'

build: ## Build the command and the server, without tests
	./mvnw -q -pl velocity-cli,velocity-server -am -DskipTests package

test: ## Build everything and run all tests
	./mvnw verify

run: ## Start a server on the defaults
	./velocity db server

release: build ## Pack the command, the server, a settings file and the README into dist/
	rm -rf $(STAGE)
	mkdir -p $(STAGE)/bin $(STAGE)/lib/cli dist
	cp velocity $(STAGE)/bin/velocity
	ln -s bin/velocity $(STAGE)/velocity
	cp src/dist/find-jdk.sh $(STAGE)/lib/find-jdk.sh
	cp velocity-cli/target/velocity-cli-$(VERSION).jar $(STAGE)/lib/cli/velocity-cli.jar
	cp -r velocity-cli/target/lib $(STAGE)/lib/cli/lib
	cp -r velocity-server/target/quarkus-app $(STAGE)/lib/server
	cp src/dist/velocity.toml README.md LICENSE $(STAGE)/
	tar -C target/release --owner=0 --group=0 -czf dist/$(RELEASE).tar.gz $(RELEASE)
	cd dist && sha256sum $(RELEASE).tar.gz > $(RELEASE).tar.gz.sha256
	@echo "dist/$(RELEASE).tar.gz"

benchmark: ## Print the table of the smoke benchmark
	velocity-bench/run smoke

clean: ## Remove everything that was built
	./mvnw -q clean
	rm -rf dist
